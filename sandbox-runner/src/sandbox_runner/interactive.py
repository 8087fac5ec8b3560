"""A program that is talked to while it runs: what it writes goes out at once, what the person types goes in.

Five seconds are for running: as long as the program waits for the person, its clock stands still. A
conversation ends after a minute all the same, so that its place is given back. The program itself says when
it waits, and could lie: then it has that minute, and five seconds of processor time by the kernel's count.
"""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Callable
from typing import Any

from sandbox_runner import outcome
from sandbox_runner.capture import KEEP
from sandbox_runner.cells import Cell
from sandbox_runner.requests import MAX_STDIN, Request

Message = dict[str, Any]
_NAMES = ("stdout", "stderr")
_MAX_TURNS = 4000  # beginnings and ends of waiting: nobody types so much in a minute


class Talk:
    """One conversation with one cell; `tell` takes the messages for the person and returns at once."""

    def __init__(self, cell: Cell, running_s: float, whole_s: float, tell: Callable[[Message], None]) -> None:
        self._cell, self._tell, self._whole_s = cell, tell, whole_s
        self._loop = asyncio.get_running_loop()
        self._left, self._since = running_s, self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._decoders = [codecs.getincrementaldecoder("utf-8")("replace") for _ in _NAMES]
        self._sent, self._typed = [0, 0], 0
        self._waits, self._turns = False, 0

    async def run(self, request: Request, isolation: str) -> Message:
        """Run the program to its end; gives the answer of /execute, and whether the minute was up."""
        self._cell.listen(self._wrote, self._waiting)
        self._go_on()
        try:
            run = await self._cell.run(request.payload(interactive=True), self._whole_s, open_input=True)
        finally:
            self._stand_still()
        idle = run.stopped == "timeout" and self._left > 0
        return {"type": "end", "idle": idle, "result": outcome.answer(run, request, isolation)}

    def typed(self, text: str) -> None:
        """Pass on what the person typed; more than the limit for all input is dropped."""
        data = text.encode("utf-8", "replace")[: MAX_STDIN - self._typed]
        self._typed += len(data)
        self._cell.feed(data)

    def no_more(self) -> None:
        """Say that nothing more will be typed."""
        self._cell.end_input()

    def stop(self) -> None:
        """End the program because the person went away."""
        self._cell.stop("timeout")

    def _wrote(self, stream: int, data: bytes) -> None:
        data = data[: KEEP - self._sent[stream]]
        self._sent[stream] += len(data)
        text = self._decoders[stream].decode(data).replace("\0", "\ufffd")
        if text:
            self._tell({"type": "output", "stream": _NAMES[stream], "text": text})

    def _waiting(self, waits: bool) -> None:
        if waits == self._waits:
            return
        self._waits, self._turns = waits, self._turns + 1
        if self._turns > _MAX_TURNS:
            self._cell.stop("output_limit")
        elif waits:
            self._stand_still()
            self._tell({"type": "waiting"})
        else:
            self._go_on()

    def _go_on(self) -> None:
        self._since = self._loop.time()
        self._timer = self._loop.call_later(max(0.0, self._left), self._time_is_up)

    def _stand_still(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._left -= self._loop.time() - self._since

    def _time_is_up(self) -> None:
        self._stand_still()
        self._left = 0.0
        self._cell.stop("timeout")
