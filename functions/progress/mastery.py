"""Mastery of a topic: four parts, exactly added.

mastery = 0.40 exercises + 0.30 quizzes + 0.20 code quality + 0.10 consistency, each part from 0 to 100 and
0 without evidence; the weights are in `rules`, the definition in docs/teachers.md. All is computed in exact
fractions and rounded once, when it is shown. Cost: constant for a topic, since evidence keeps no more than
the last few ratings. What it cannot say: how sure it is; fewer than three graded items are `provisional`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from events.models import Level
from functions.progress.evidence import EXACT, ZERO, Ratings, TopicEvidence
from functions.progress.rules import MasteryRules

Part = Literal["exercises", "quizzes", "code_quality", "consistency"]
FULL = Fraction(100)


@dataclass(frozen=True, slots=True)
class Mastery:
    """Mastery of a topic and its parts, each from 0 to 100; `missing` are the parts without evidence."""

    score: Fraction
    level: Level
    provisional: bool
    parts: Mapping[Part, Fraction]
    missing: tuple[Part, ...]


def mastery(topic: TopicEvidence, days: int, rules: MasteryRules) -> Mastery:
    """Compute mastery of a topic; `days` are the days with activity among the last ones."""
    parts: dict[Part, Fraction] = {
        "exercises": FULL * min(Fraction(1), Fraction(topic.points) / rules.points_needed),
        "quizzes": FULL * mean(topic.last_quizzes),
        "code_quality": mean(topic.last_ratings),
        "consistency": FULL * min(Fraction(1), Fraction(days, rules.days_needed)),
    }
    seen: dict[Part, int] = {
        "exercises": topic.exercises,
        "quizzes": topic.quizzes,
        "code_quality": topic.reviews,
        "consistency": days,
    }
    score = combined(parts, rules)
    missing = tuple(part for part, count in seen.items() if not count)
    return Mastery(score, level(score, rules), topic.graded < rules.graded_needed, parts, missing)


def earned(topic: TopicEvidence, rules: MasteryRules) -> Fraction:
    """Compute what a topic's own evidence gives: mastery without consistency, exactly the same number.

    Tables and courses ask for it by the hundred, so it spares them the parts.
    """
    points = min(topic.points, Decimal(rules.points_needed))
    return (
        weighted(rules.exercises, points, rules.points_needed)
        + weighted(rules.quizzes, total(topic.last_quizzes), len(topic.last_quizzes))
        + weighted(rules.code_quality, total(topic.last_ratings), 100 * len(topic.last_ratings))
    )


def regular(days: int, rules: MasteryRules) -> Fraction:
    """Compute what consistency adds to the mastery of every topic."""
    return weighted(rules.consistency, Decimal(min(days, rules.days_needed)), rules.days_needed)


def weighted(weight: Decimal, value: Decimal, whole: int) -> Fraction:
    """Compute the points that a part of the whole gives; nothing of nothing is nothing."""
    # Decimal for the product, Fraction for the quotient: neither is rounded before `shown`.
    return Fraction(EXACT.multiply(100 * weight, value)) / whole if value else Fraction(0)


def combined(parts: Mapping[Part, Fraction], rules: MasteryRules) -> Fraction:
    """Add up the four parts by their weights."""
    weights = shares(rules.exercises, rules.quizzes, rules.code_quality, rules.consistency)
    return sum((weight * parts[part] for part, weight in weights.items() if parts[part]), Fraction(0))


@lru_cache(maxsize=8)
def shares(
    exercises: Decimal, quizzes: Decimal, code_quality: Decimal, consistency: Decimal
) -> Mapping[Part, Fraction]:
    """Name the weights of the parts; they are the same for every topic of every student."""
    return {
        "exercises": Fraction(exercises),
        "quizzes": Fraction(quizzes),
        "code_quality": Fraction(code_quality),
        "consistency": Fraction(consistency),
    }


def mean(ratings: Ratings) -> Fraction:
    """Average ratings; 0 without any."""
    return Fraction(total(ratings)) / max(1, len(ratings))


def total(ratings: Ratings) -> Decimal:
    """Add ratings up."""
    found = ZERO
    for one in ratings:
        found = EXACT.add(found, one.value)
    return found


def level(score: Fraction, rules: MasteryRules) -> Level:
    """Name the level of an unrounded score."""
    # Half open, of the unrounded score: 40.99 is shown as 41.0 and is still a beginner's.
    if score < rules.learning_from:
        return "beginner"
    if score < rules.proficient_from:
        return "learning"
    return "proficient" if score < rules.mastered_from else "mastered"


def shown(score: Fraction) -> float:
    """Round half up to one decimal."""
    # floor(10 x + 1/2) / 10 in whole numbers: round() would take the even neighbour, and a float may lie
    # below.
    return (20 * score.numerator + score.denominator) // (2 * score.denominator) / 10
