"""Figures: what was measured, beside its goal, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured row; times in milliseconds, `goal` in words."""

    name: str
    p50: float
    p99: float
    runs: int
    goal: str = ""

    @classmethod
    def of(cls, name: str, samples: Sequence[float], goal: str = "") -> Figure:
        """Reduce samples to their median and 99th percentile."""
        return cls(name, percentile(samples, 50), percentile(samples, 99), len(samples), goal)


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` per cent of all samples do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * int(share * 100) // 10_000) - 1)]


def machine() -> str:
    """Describe the machine in a line."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {system}, load {load}"


def table(figures: Sequence[Figure]) -> str:
    """Lay figures out as a Markdown table."""
    head = ["| figure | p50 ms | p99 ms | runs | goal |", "|---|---:|---:|---:|---|"]
    rows = [f"| {f.name} | {f.p50:.1f} | {f.p99:.1f} | {f.runs} | {f.goal} |" for f in figures]
    return "\n".join([*head, *rows])


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures as JSON, with when and where they were measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "figures": [asdict(figure) for figure in figures],
    }
    path.write_text(json.dumps(body, indent=2) + "\n")
