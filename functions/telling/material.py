"""What is known when an answer is worded: gathered first, frozen, and the same for every agent.

Nothing here says who a student is: names, mail and ids are no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.models import Level


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of the conversation with what came along, and its answer as far as there is one."""

    text: str
    code: str | None = None
    error: str | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """What a program did when it was run: how it ended, what it printed, and values on the way."""

    ended: str
    output: str = ""
    error: str = ""
    values: str = ""


@dataclass(frozen=True, slots=True)
class ExerciseText:
    """An exercise as the student sees it, the stored grade, and what its tests say of the program at hand.

    Neither the solution nor hidden tests are here: what a model must not tell, it is not told.
    """

    title: str
    instructions: str
    starter: str
    tests: tuple[str, ...] = ()
    grade: str = ""
    results: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """A card or entry of the library that fits the question, and how well (0..1)."""

    id: str
    title: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where a student is on the ladder of hints: the rung now, its own words, and the rungs shown before."""

    rung: str
    words: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a model is given for one answer.

    `notes` is what the tutor would answer without a model. `open_check` is the tutor's own open question, and
    `verdict` what comparing said of the answer to it. `rules` are those of the class, in words.
    """

    text: str
    level: Level
    language: str = "English"
    code: str | None = None
    error: str | None = None
    turns: Sequence[Turn] = ()
    run: ProgramRun | None = None
    exercise: ExerciseText | None = None
    diagnosis: str = ""
    findings: Sequence[str] = ()
    entries: Sequence[FoundEntry] = ()
    ladder: Ladder | None = None
    open_check: str | None = None
    verdict: str | None = None
    also: Sequence[str] = ()
    rules: Sequence[str] = ()
    notes: str = ""
    figures: Mapping[str, str] | None = None
