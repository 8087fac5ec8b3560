"""The ten figures of the README, read from the pages that hold all of them.

A row of the README names a row of docs/figures.md or docs/teaching.md by its first or second cell and shows
its numbers, so that no figure differs between two texts: a test compares them. `python -m tests.bench.readme`
writes the README's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.local.paths import ROOT

README, FIGURES, TEACHING = ROOT / "README.md", ROOT / "docs" / "figures.md", ROOT / "docs" / "teaching.md"
BEGIN, END = "<!-- ten figures: written by ./task bench --write-readme -->", "<!-- end of the ten -->"
HEAD = "| what | figure | goal | more |\n| --- | --- | --- | --- |"


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the README: its words, the row of a page that it is read from, and how its numbers are shown.

    Of several rows of that name `pick` takes the widest, which has percentiles, or the narrowest, which is of
    memory at rest.
    """

    words: str
    page: Path
    row: str
    pattern: str
    goal: str = ""
    pick: Callable[[Iterable[int]], int] = max


TEN = (
    Shown("a question until its answer is on the stream, 100 students at once", FIGURES,
          "question → answer on the stream, 100 students", "{1} ms, p99 {3} ms", "≤ 80, ≤ 400"),
    Shown("an event until its function is done with it", FIGURES,
          "concepts.requests → concepts, 10 a second", "{1} ms, p99 {3} ms", "≤ 20, ≤ 100"),
    Shown("`print('hi')` under gVisor", FIGURES,
          "print('hi'): cells under gVisor", "{1} ms, p99 {3} ms", "≤ 15, ≤ 60"),
    Shown("what never losing an event costs a hop", FIGURES, "cost of inbox and outbox", "{1} ms", "≤ 6"),
    Shown("a function from its start to its first event done", FIGURES, "triage", "{1} ms", "≤ 1,000"),
    Shown("the whole system at rest, Kafka and PostgreSQL included", FIGURES, "in all", "{1} MB", pick=min),
    Shown("messages understood, of a set written last and never trained on", TEACHING,
          "usual wordings, fourth set, written last, never trained on", "{2}"),
    Shown("hints of a model that leaks on purpose that showed the solution as it is", TEACHING,
          "a model that leaks: verbatim, each of nudge, where, how", "{2}"),
    Shown("wrong programs for an exercise whose kind of fault is named; programs of our own", TEACHING,
          "wrong programs whose kind of fault is named, when it belongs to an exercise", "{2}"),
    Shown("wrong programs graded wrong, of those kept for the exercises", TEACHING,
          "wrong programs graded wrong", "{2}"),
)  # fmt: skip


def table() -> str:
    """Lay the ten out; raises LookupError naming the row that no page has."""
    return "\n".join([HEAD, *(line(shown) for shown in TEN)])


def line(shown: Shown) -> str:
    """Write one row."""
    cells = found(shown)
    link = shown.page.relative_to(ROOT)
    return f"| {shown.words} | {shown.pattern.format(*cells)} | {shown.goal} | [{shown.page.stem}]({link}) |"


def found(shown: Shown) -> list[str]:
    """Find the row in its page; raises LookupError when it is not there."""
    lines = [row for row in shown.page.read_text().splitlines() if row.startswith("| ")]
    rows = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in lines]
    named = [row for row in rows if shown.row in row[:2]]
    if not named:
        raise LookupError(f"{shown.page.name} has no row {shown.row!r}")
    width = shown.pick(len(row) for row in named)
    return next(row for row in named if len(row) == width)


def write() -> None:
    """Put the ten into the README."""
    README.write_text(between(README.read_text(), BEGIN, END, table()))


def between(text: str, begin: str, end: str, new: str) -> str:
    """Replace what stands between two marks; raises LookupError when one of them is not there."""
    before, first, rest = text.partition(begin)
    _, last, after = rest.partition(end)
    if not first or not last:
        raise LookupError(f"there are no lines {begin!r} and {end!r}")
    return f"{before}{begin}\n\n{new.strip()}\n\n{end}{after}"


if __name__ == "__main__":
    write()
