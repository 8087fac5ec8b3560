"""What a run says of itself."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.schedule import Fault


@dataclass(slots=True)
class Report:
    """The timeline of a run, its counts, and what it found broken."""

    seed: int
    begun: float = field(default_factory=time.monotonic)
    timeline: list[str] = field(default_factory=list)
    survived: Counter[str] = field(default_factory=Counter)
    counts: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        """Put something on the timeline."""
        self.timeline.append(f"{time.monotonic() - self.begun:7.1f} s  {what}")

    def happened(self, fault: Fault) -> None:
        """Count a fault that is over."""
        self.survived[fault.kind] += 1

    def text(self) -> str:
        """Say it; a red run shows its timeline, so that it can be told what led to what."""
        total = sum(self.survived.values())
        kinds = ", ".join(f"{kind} {times}" for kind, times in sorted(self.survived.items()))
        lines = [f"seed {self.seed}: {'RED' if self.broken else 'green'} after {total} faults: {kinds}"]
        lines += [f"  {name}: {value}" for name, value in self.counts.items()]
        if self.broken:
            lines += ["timeline:", *(f"  {line}" for line in self.timeline)]
            lines += [f"broken ({len(self.broken)}):", *(f"  {one}" for one in self.broken)]
            lines += [f"again with: ./task chaos --seed {self.seed}"]
        return "\n".join(lines)
