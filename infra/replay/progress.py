"""Lines that tell how far a command is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Say = Callable[[str], None]
EVERY_S = 2.0


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print an error."""
    print(text, file=sys.stderr, flush=True)


@dataclass(slots=True)
class Meter:
    """Counts towards a total and says so now and then; `before` was done in an earlier run."""

    what: str
    total: int
    say: Say
    before: int = 0
    clock: Callable[[], float] = time.monotonic
    started: float = field(init=False)
    said: float = field(init=False)
    done: int = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.said = self.clock()
        self.done = self.before

    def reach(self, done: int) -> None:
        """Note how much is done."""
        self.done = done
        if self.clock() - self.said >= EVERY_S:
            self.said = self.clock()
            self.say(f"  {self.line()}")

    def line(self) -> str:
        """Say how much is done, and how fast."""
        return f"{self.what}: {self.done:,} of {self.total:,} events, {self.rate:,.0f}/s"

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return self.clock() - self.started

    @property
    def rate(self) -> float:
        """Events a second since the start of this run."""
        return (self.done - self.before) / max(self.seconds, 0.001)
