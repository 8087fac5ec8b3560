"""Mastery of a topic: four parts, exactly added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from functions.domain.evidence import Ratings, TopicEvidence
from functions.domain.rules import MasteryRules

Level = Literal["beginner", "learning", "proficient", "mastered"]
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


def combined(parts: Mapping[Part, Fraction], rules: MasteryRules) -> Fraction:
    """Add up the four parts by their weights."""
    weights: dict[Part, Fraction] = {
        "exercises": Fraction(rules.exercises),
        "quizzes": Fraction(rules.quizzes),
        "code_quality": Fraction(rules.code_quality),
        "consistency": Fraction(rules.consistency),
    }
    return sum((weights[part] * parts[part] for part in weights), Fraction(0))


def mean(ratings: Ratings) -> Fraction:
    """Average ratings; 0 without any."""
    return sum((Fraction(one.value) for one in ratings), Fraction(0)) / max(1, len(ratings))


def level(score: Fraction, rules: MasteryRules) -> Level:
    """Name the level of an unrounded score."""
    if score < rules.learning_from:
        return "beginner"
    if score < rules.proficient_from:
        return "learning"
    return "proficient" if score < rules.mastered_from else "mastered"


def shown(score: Fraction) -> float:
    """Round half up to one decimal."""
    return floor(score * 10 + Fraction(1, 2)) / 10
