"""A model that keeps failing is left alone for a while, so that students don't wait for it in vain."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 3
REST_S = 20.0


class Breaker:
    """Counts failures in a row; after `failures` of them it opens for `rest_s` seconds."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, failures: int = FAILURES, rest_s: float = REST_S
    ) -> None:
        self._clock = clock
        self._failures = failures
        self._rest_s = rest_s
        self._in_a_row = 0
        self._until = float("-inf")

    @property
    def closed(self) -> bool:
        """Whether the model may be asked."""
        return self._clock() >= self._until

    def note(self, success: bool) -> None:
        """Note how a call went; after a rest one failure is enough to rest again."""
        self._in_a_row = 0 if success else self._in_a_row + 1
        if self._in_a_row >= self._failures:
            self._until = self._clock() + self._rest_s
