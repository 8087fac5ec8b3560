"""A model that keeps failing is left alone for a while, so that students don't wait for it in vain.

Closed: calls go through. After three failures in a row it opens for ten seconds, or for as long as the server
asks, two minutes at most. Then it is half open: one call at a time is let through, every five seconds, and
its success closes it. State is that of a process; there is no clock but the one passed in.
"""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 3
REST_S = 10.0
MAX_REST_S = 120.0
PROBE_S = 5.0


class Breaker:
    """Counts failures in a row; after `failures` of them it opens for `rest_s` seconds.

    There is one for each base URL, held by whoever holds the connection to it.
    """

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

    def admit(self) -> bool:
        """Let a call through or not; after a rest only one at a time is let through, to try."""
        if not self.closed:
            return False
        if self._in_a_row >= self._failures:
            # Shuts the door behind the probe: the next caller waits for its outcome, or five seconds.
            self._until = self._clock() + PROBE_S
        return True

    def note(self, success: bool, rest_s: float | None = None) -> None:
        """Note how a call went; `rest_s` is how long the server wants to be left alone."""
        if success:
            self._in_a_row, self._until = 0, float("-inf")
            return
        self._in_a_row += 1
        if self._in_a_row >= self._failures:
            rest = self._rest_s if rest_s is None else min(rest_s, MAX_REST_S)
            self._until = max(self._until, self._clock() + rest)
