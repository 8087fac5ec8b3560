"""Let those who have no cell yet go before programs that compute for long.

The machine shares its processor between threads. Cells are made by one process, so beside six endless loops
it has a seventh of the processor, and a class waits for as long as the loops last. While somebody waits for
a cell, programs that have been computing are therefore stopped (SIGSTOP, which none can refuse) and go on a
moment later. A program is stopped for a second in all at most: it loses no more than that of its five. A
look costs a read of /proc for each cell that runs, and only while somebody waits.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator

from sandbox_runner import sentry
from sandbox_runner.cells import Cell

_LOOK_S = 0.05
_MOST_S = 1.0
_BUSY = 3  # ticks of 10 ms in a look: it does nothing but compute


class Throttle:
    """Looks twenty times a second while anything runs."""

    def __init__(
        self, somebody_waits: Callable[[], bool], time_of: Callable[[int], int] = sentry.program_time
    ) -> None:
        self._somebody_waits, self._time_of = somebody_waits, time_of
        self._used: dict[Cell, int] = {}
        self._stopped: set[Cell] = set()
        self._looks: dict[Cell, int] = {}
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def over(self, cell: Cell) -> Iterator[None]:
        """Have a cell make room when others wait."""
        if not self._used and sentry.inside_gvisor():
            self._task = asyncio.create_task(self._watch())
        self._used[cell] = self._looks[cell] = 0
        try:
            yield
        finally:
            del self._used[cell], self._looks[cell]
            self._stopped.discard(cell)
            if not self._used and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            self.look()

    def look(self) -> None:
        """Stop who computes while somebody waits, let go on who stood still for long enough."""
        waits = self._somebody_waits()
        for cell in self._used:
            self._look(cell, waits)

    def _look(self, cell: Cell, waits: bool) -> None:
        if cell in self._stopped:
            if not waits or self._looks[cell] * _LOOK_S >= _MOST_S:
                self._stopped.discard(cell)
                cell.go_on()
            else:
                self._looks[cell] += 1
            return
        if not waits or self._looks[cell] * _LOOK_S >= _MOST_S:
            return
        used = self._time_of(cell.pid)
        if used - self._used[cell] >= _BUSY and self._used[cell]:
            self._stopped.add(cell)
            cell.pause()
        self._used[cell] = used
