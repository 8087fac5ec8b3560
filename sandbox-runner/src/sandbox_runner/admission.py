"""Who runs next: places side by side, dealt out in turn to the students who wait.

A request names its student by an opaque key, or nobody. A free place goes to the key that was served longest
ago (round robin over the keys that wait), within a key in order of arrival. A key holds at most
`places_per_key` places and `queue_per_key` turns in line, so that pressing Run forty times delays only the
presser. Requests without a key share one line that has no bounds of its own. A turn costs O(keys that wait).
It counts programs, not processor time: the kernel shares that among the cells.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sandbox_runner.errors import Busy, TooMany

NOBODY = ""
_Turn = asyncio.Future[None]


@dataclass(frozen=True)
class Bounds:
    """How many may run and wait, in all and for one key, and how long one may wait, in seconds."""

    places: int
    places_per_key: int
    queue: int
    queue_per_key: int
    queue_s: float


class Admission:
    """The places and the lines before them."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._running: Counter[str] = Counter()
        self._lines: OrderedDict[str, deque[_Turn]] = OrderedDict()

    @property
    def running(self) -> int:
        """Count the places that are taken."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """Count who waits."""
        return sum(len(line) for line in self._lines.values())

    @contextlib.asynccontextmanager
    async def place(self, key: str) -> AsyncIterator[float]:
        """Hold a place; gives the seconds waited for it.

        Raises Busy when there is no room, TooMany when this key alone fills it.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        await self._wait(key)
        try:
            yield clock() - began
        finally:
            self._running[key] -= 1
            self._deal()

    async def _wait(self, key: str) -> None:
        turn = self._join(key)
        self._deal()
        try:
            async with asyncio.timeout(self._bounds.queue_s):
                await turn
        except BaseException as error:
            self._leave(key, turn)
            if isinstance(error, TimeoutError):
                raise Busy(f"no place within {self._bounds.queue_s:g} s") from None
            raise

    def _join(self, key: str) -> _Turn:
        waiting, line = self.waiting, self._lines.get(key, ())
        if key != NOBODY and len(line) >= self._bounds.queue_per_key:
            raise TooMany(f"{len(line)} executions of this student are waiting already")
        if waiting >= self._bounds.queue and self.running >= self._bounds.places:
            raise Busy(f"{waiting} executions are waiting already")
        turn: _Turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(key, deque()).append(turn)
        return turn

    def _leave(self, key: str, turn: _Turn) -> None:
        """Give up a turn; one that came in the same moment is passed on."""
        if turn.done() and not turn.cancelled():
            self._running[key] -= 1
        elif turn in (line := self._lines.get(key, deque())):
            line.remove(turn)
            if not line:
                del self._lines[key]
        self._deal()

    def _deal(self) -> None:
        while self.running < self._bounds.places and (key := self._next()) is not None:
            line = self._lines.pop(key)
            turn = line.popleft()
            if line:
                self._lines[key] = line  # at the end: others have their turn first
            if not turn.done():
                self._running[key] += 1
                turn.set_result(None)

    def _next(self) -> str | None:
        bound = self._bounds.places_per_key
        return next((key for key in self._lines if key == NOBODY or self._running[key] < bound), None)
