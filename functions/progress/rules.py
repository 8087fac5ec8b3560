"""The weights and thresholds of mastery, under one version."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from events.models import Difficulty, HelpLevel
from functions.runtime.settings import Environ, env


def help_factors() -> dict[HelpLevel, Decimal]:
    """Say what a solution counts, by the most that a hint gave away."""
    return {
        "none": Decimal(1),
        # Decimal throughout: 0.4 + 0.3 + 0.2 + 0.1 is not 1 in floats, and a level must not hang on that.
        "nudge": Decimal("0.9"),
        "where": Decimal("0.9"),
        "how": Decimal("0.75"),
        "worked": Decimal("0.5"),
        "solution": Decimal(0),
    }


def difficulty_weights() -> dict[Difficulty, Decimal]:
    """Say what an exercise weighs, by its difficulty."""
    return {"easy": Decimal("0.5"), "medium": Decimal(1), "hard": Decimal("1.5")}


@dataclass(frozen=True, slots=True)
class MasteryRules:
    """How mastery is computed; the version is kept beside every result.

    Parts are shares of 1. A topic's exercises are complete at `points_needed`; days are counted among
    the last `days_window`, and consistency is complete at `days_needed`. Of the variations of one exercise
    the best counts whole, the next ones by `again`, and those after it nothing.

    Version 2: variations count less each time, and ratings of programs without substance count nothing.
    """

    version: str = "2"
    exercises: Decimal = Decimal("0.40")
    quizzes: Decimal = Decimal("0.30")
    code_quality: Decimal = Decimal("0.20")
    consistency: Decimal = Decimal("0.10")
    points_needed: int = 5
    last_quizzes: int = 3
    last_ratings: int = 5
    days_needed: int = 5
    days_window: int = 7
    graded_needed: int = 3
    learning_from: int = 41
    proficient_from: int = 71
    mastered_from: int = 91
    again: tuple[Decimal, ...] = (Decimal("0.5"), Decimal("0.25"))
    help: dict[HelpLevel, Decimal] = field(default_factory=help_factors)
    weights: dict[Difficulty, Decimal] = field(default_factory=difficulty_weights)

    def __post_init__(self) -> None:
        if self.exercises + self.quizzes + self.code_quality + self.consistency != 1:
            raise ValueError("the four parts of mastery must add up to 1")

    @classmethod
    def read(cls, environ: Environ) -> MasteryRules:
        """Read LEARNFLOW_MASTERY_RULES, a JSON object; what it leaves out keeps its default."""
        return env(environ, "LEARNFLOW_MASTERY_RULES", of_json, cls())


def of_json(raw: str) -> MasteryRules:
    """Read rules; they must differ from the default ones in their version."""
    rules = msgspec.json.decode(raw, type=MasteryRules)
    # The version is kept beside each result: two rules under one version could not be told apart afterwards.
    if rules != MasteryRules() and rules.version == MasteryRules().version:
        raise ValueError("changed rules need a `version` of their own")
    return rules
