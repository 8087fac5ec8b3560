"""How long something takes, without the time that other programs of the machine took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class Taken:
    """Seconds on the clock, and how many of them the processes were ready to go on and had to wait."""

    wall_s: float = 0.0
    starved_s: float = 0.0

    @property
    def own_s(self) -> float:
        """The seconds that are the processes' own: nearly all of them on a quiet machine."""
        return self.wall_s - self.starved_s


@contextmanager
def own_time(*processes: int) -> Iterator[Taken]:
    """Time the body; `processes` are those that work in it one after the other."""
    taken = Taken()
    began, before = time.monotonic(), sum(map(starved_s, processes))
    try:
        yield taken
    finally:
        taken.wall_s = time.monotonic() - began
        taken.starved_s = sum(map(starved_s, processes)) - before


def starved_s(process: int) -> float:
    """How long a process waited for a processor since it began; 0 where the system does not say."""
    told = Path(f"/proc/{process}/schedstat")
    return int(told.read_text().split()[1]) / 1e9 if told.exists() else 0.0
