"""Marks as the gradebooks of other systems read them.

A row for each student, a column for each exercise; variations of one exercise share a column. Cost: linear in
the marks. Where it fails: two exercises of one title are told apart by a number alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from functions.gateway.deadlines import penalised

Target = Literal["moodle", "canvas", "plain"]
# A spreadsheet takes what begins so for a formula (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NO_MARK = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What counts of an exercise, and what it is made of; `family` is the same for its variations.

    `tries` are the best scores by days late, of which each costs a percentage.
    """

    exercise_id: UUID | None
    family: str
    title: str
    topic: str
    difficulty: str | None
    computed_score: float | None
    submissions: int
    override: dict[str, Any] | None = None
    tries: tuple[tuple[int, float], ...] = ()
    percent_a_day: float = 0.0
    assignment_id: UUID | None = None
    quiz_id: UUID | None = None

    @property
    def score(self) -> float | None:
        """The score that counts: a teacher's word goes before what is computed, be it higher or lower.

        A computed score is the best after lateness was taken off; a teacher's is taken as it is said.
        """
        if self.override is not None:
            return float(self.override["score"])
        kept = [penalised(score, days, self.percent_a_day) for days, score in self.tries]
        return max(kept) if kept else self.computed_score

    @property
    def penalty(self) -> float:
        """What lateness takes off the best computed score, from 0 to 1."""
        if self.override is not None or self.computed_score is None or self.score is None:
            return 0.0
        return self.computed_score - self.score


@dataclass(frozen=True, slots=True)
class Pupil:
    """A student of the class, with a mark for each exercise."""

    student_id: UUID
    display_name: str
    email: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What a gradebook wants: its first columns and what is in them, a row below the heading, a scale."""

    head: tuple[str, ...]
    cells: Callable[[Pupil], tuple[str, ...]]
    points: float
    below: tuple[str, ...] | None = None


# Canvas knows a student by one of three ids; ours is the address, which is a login in most schools.
FORMS: dict[Target, Form] = {
    "moodle": Form(("Email address", "Full name"), lambda one: (one.email, one.display_name), points=100),
    "canvas": Form(
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section"),
        lambda one: (one.display_name, "", "", one.email, ""),
        points=100,
        below=("Points Possible", "", "", "", ""),
    ),
    "plain": Form(("name", "email"), lambda one: (one.display_name, one.email), points=1),
}


def written(pupils: Sequence[Pupil], target: Target) -> str:
    """Write a gradebook as CSV; Moodle and Canvas get points of 100, plain is the score from 0 to 1."""
    form = FORMS[target]
    columns = titles(mark for one in pupils for mark in one.marks)
    rows: list[tuple[str, ...]] = [(*form.head, *columns.values())]
    if form.below is not None:
        rows.append((*form.below, *(number(form.points) for _ in columns)))
    for one in pupils:
        counted = by_family(one.marks)
        cells = (points(counted.get(family), form.points) for family in columns)
        rows.append((*form.cells(one), *cells))
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def titles(marks: Iterable[Mark]) -> dict[str, str]:
    """Name the column of each family, in the order of topics and titles; no two have one name."""
    first: dict[str, Mark] = {}
    for mark in marks:
        first.setdefault(mark.family, mark)
    taken: set[str] = set()
    found: dict[str, str] = {}
    for mark in sorted(first.values(), key=lambda one: (one.topic, one.title, one.family)):
        title, times = mark.title, 1
        while title.casefold() in taken:
            times += 1
            title = f"{mark.title} ({times})"
        taken.add(title.casefold())
        found[mark.family] = title
    return found


def by_family(marks: Iterable[Mark]) -> dict[str, float]:
    """Find what counts of each family: the last override, or else the best score."""
    overridden: dict[str, tuple[str, float]] = {}
    best: dict[str, float] = {}
    for mark in marks:
        if mark.score is None:
            continue
        if mark.override is not None:
            said = (str(mark.override["at"]), mark.score)
            overridden[mark.family] = max(overridden.get(mark.family, said), said)
        best[mark.family] = max(best.get(mark.family, 0.0), mark.score)
    return best | {family: score for family, (_, score) in overridden.items()}


def points(score: float | None, of: float) -> str:
    """Write a score on a scale; nothing for what was not handed in."""
    return NO_MARK if score is None else number(score * of)


def number(value: float) -> str:
    """Write a number with four digits behind the point at most, and none that say nothing."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def safe(cell: str) -> str:
    """Keep a spreadsheet from running a cell: an apostrophe goes before what begins like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
