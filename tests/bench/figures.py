"""Figures: what was measured, beside its goal and a baseline of the same run, as tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Cell = str | float | int | None
HEAD = ("", "p50 ms", "p95 ms", "p99 ms", "runs", "times the baseline", "goal", "met")


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that the median and the 99th percentile may be, in milliseconds."""

    p50: float | None = None
    p99: float | None = None

    def __str__(self) -> str:
        """Say it in words."""
        parts = [f"{name} ≤ {limit:g}" for name, limit in (("p50", self.p50), ("p99", self.p99)) if limit]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured row, in milliseconds; `ratio` is its median beside the baseline's."""

    name: str
    p50: float
    p95: float
    p99: float
    runs: int
    goal: Goal = field(default_factory=Goal)
    ratio: float | None = None

    @classmethod
    def of(
        cls, name: str, samples: Sequence[float], goal: Goal | None = None, beside: Figure | None = None
    ) -> Figure:
        """Reduce samples; raises ValueError when there are none."""
        p50, p95, p99 = (percentile(samples, share) for share in (50, 95, 99))
        ratio = p50 / beside.p50 if beside is not None and beside.p50 else None
        return cls(name, p50, p95, p99, len(samples), goal or Goal(), ratio)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        limits = ((self.p50, self.goal.p50), (self.p99, self.goal.p99))
        held = [value <= limit for value, limit in limits if limit is not None]
        return all(held) if held else None

    def row(self) -> tuple[Cell, ...]:
        """Lay it out under HEAD."""
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        ratio = "" if self.ratio is None else f"{self.ratio:.1f}"
        return (self.name, self.p50, self.p95, self.p99, self.runs, ratio, str(self.goal), met)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; floats are shown with one decimal."""

    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> Table:
        """Lay figures out; a column that nobody fills is left away."""
        rows = [figure.row() for figure in figures]
        kept = [at for at in range(len(HEAD)) if at < 5 or any(row[at] for row in rows)]
        return cls(tuple(HEAD[at] for at in kept), [tuple(row[at] for at in kept) for row in rows])

    def markdown(self) -> str:
        """Write it as Markdown, words to the left and numbers to the right."""
        number = [any(isinstance(row[at], int | float) for row in self.rows) for at in range(len(self.head))]
        rule = "|".join("---:" if right else "---" for right in number)
        lines = [f"| {' | '.join(self.head)} |", f"|{rule}|"]
        return "\n".join([*lines, *(f"| {' | '.join(map(shown, row))} |" for row in self.rows)])


@dataclass(frozen=True, slots=True)
class Report:
    """What one benchmark found: tables, and what has to be known to read them."""

    title: str
    tables: list[Table]
    notes: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, title: str, figures: Sequence[Figure], *notes: str) -> Report:
        """Make a report of figures alone."""
        return cls(title, [Table.of(figures)], list(notes), list(figures))

    def markdown(self) -> str:
        """Write it as Markdown."""
        return "\n\n".join([f"**{self.title}**", *(table.markdown() for table in self.tables), *self.notes])

    def missed(self) -> list[str]:
        """Name the figures whose goal is not met."""
        return [figure.name for figure in self.figures if figure.met is False]


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` per cent of all samples do not exceed."""
    if not samples:
        raise ValueError("nothing was measured")
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * int(share * 100) // 10_000) - 1)]


def shown(cell: Cell) -> str:
    """Write a cell."""
    if cell is None:
        return ""
    return f"{cell:,.1f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else cell


def write(report: Report, about: dict[str, Any], path: Path) -> None:
    """Write a report as JSON, with when and where it was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**about, **asdict(report)}, indent=2, ensure_ascii=False) + "\n")
