"""How long a model may be silent: before its first word, between words, and in all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds of silence that are waited for; without bounds by default."""

    first_word_s: float = float("inf")
    between_s: float = float("inf")


class Pace:
    """Ends what is done in it with TimeoutError when its deadline is over, or the silence too long."""

    def __init__(self, deadline: float, pauses: Pauses | None) -> None:
        self._deadline = deadline
        self._pauses = pauses or Pauses()
        self._timeout = asyncio.timeout_at(deadline)

    async def __aenter__(self) -> Self:
        """Begin to wait for the first word."""
        await self._timeout.__aenter__()
        self._silent(self._pauses.first_word_s)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; raises TimeoutError when it was ended."""
        await self._timeout.__aexit__(kind, error, trace)

    def hold(self) -> None:
        """Count no silence: somebody else is at work."""
        self._until(self._deadline)

    def go_on(self) -> None:
        """Wait for the next word."""
        self._silent(self._pauses.between_s)

    def _silent(self, seconds: float) -> None:
        self._until(min(self._deadline, asyncio.get_running_loop().time() + seconds))

    def _until(self, when: float) -> None:
        if not self._timeout.expired():
            self._timeout.reschedule(when)
