"""Mastery, worked out a second time from the definition in the design: it shares no code with the system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

WEIGHTS = {"easy": Fraction(1, 2), "medium": Fraction(1), "hard": Fraction(3, 2)}
HELP = {
    "none": Fraction(1),
    "nudge": Fraction(9, 10),
    "where": Fraction(9, 10),
    "how": Fraction(3, 4),
    "worked": Fraction(1, 2),
    "solution": Fraction(0),
}
SHARES = {
    "exercises": Fraction(40, 100),
    "quizzes": Fraction(30, 100),
    "code_quality": Fraction(20, 100),
    "consistency": Fraction(10, 100),
}
VARIATIONS = (Fraction(1), Fraction(1, 2), Fraction(1, 4))
LEVELS = ((41, "beginner"), (71, "learning"), (91, "proficient"))
# Shown with one decimal; the rest is what a float can't say.
ROUNDING = Fraction(1, 20) + Fraction(1, 10**6)


@dataclass(frozen=True, slots=True)
class Fact:
    """One activity, as it lies in the database."""

    activity_id: str
    kind: str
    topic: str | None
    at: datetime
    detail: Mapping[str, Any]


def parts(facts: Iterable[Fact], topic: str, today: date) -> dict[str, Fraction]:
    """Work out the four parts of a topic, for a student in UTC."""
    known = list(facts)
    own = sorted((f for f in known if f.topic == topic), key=lambda f: (f.at, f.activity_id), reverse=True)
    best: dict[str, Fraction] = {}
    family: dict[str, str] = {}
    for fact in own:
        if fact.kind in ("exercise.attempted", "exercise.completed"):
            counted = number(fact.detail["score"]) * HELP[fact.detail.get("hint_level", "none")]
            earned = counted * WEIGHTS[fact.detail["difficulty"]]
            exercise = fact.detail["exercise_id"]
            best[exercise] = max(earned, best.get(exercise, Fraction(0)))
            family[exercise] = max(fact.detail.get("family") or "", family.get(exercise, ""))
    quizzes = [number(f.detail["score"]) for f in own if f.kind == "quiz.graded"][:3]
    rated = [f for f in own if f.kind == "code.reviewed" and f.detail.get("substantial") is not False]
    ratings = [number(f.detail["quality"]) for f in rated][:5]
    week = {today - timedelta(days=back) for back in range(7)}
    days = {f.at.astimezone(UTC).date() for f in known} & week
    return {
        "exercises": 100 * min(Fraction(1), together(best, family) / 5),
        "quizzes": 100 * mean(quizzes),
        "code_quality": mean(ratings),
        "consistency": 100 * min(Fraction(1), Fraction(len(days), 5)),
    }


def together(best: Mapping[str, Fraction], family: Mapping[str, str]) -> Fraction:
    """Add exercises up; of the variations of one the best counts whole, the next a half, then a quarter."""
    alike: dict[str, list[Fraction]] = {}
    for exercise, earned in best.items():
        alike.setdefault(family[exercise] or exercise, []).append(earned)
    return sum(
        (
            one * share
            for all_of_it in alike.values()
            for one, share in zip(sorted(all_of_it, reverse=True), VARIATIONS, strict=False)
        ),
        Fraction(0),
    )


def mastery(found: Mapping[str, Fraction]) -> Fraction:
    """Add the parts up."""
    return sum((share * found[part] for part, share in SHARES.items()), Fraction(0))


def level(score: Fraction) -> str:
    """Name the level of a score."""
    return next((name for below, name in LEVELS if score < below), "mastered")


def number(value: float) -> Fraction:
    """Read a number as it is written."""
    return Fraction(str(value))


def mean(values: list[Fraction]) -> Fraction:
    """Average; nothing gives 0."""
    return sum(values, Fraction(0)) / max(1, len(values))


def differences(facts: Iterable[Fact], shown: Mapping[str, Any], today: date) -> list[str]:
    """Compare what a student is shown with what their activities say."""
    known, found = list(facts), []
    for topic in shown["topics"]:
        should = parts(known, topic["topic"], today)
        whole = mastery(should)
        pairs = {"mastery": (whole, topic["mastery"])}
        pairs |= {name: (value, topic["components"][name]) for name, value in should.items()}
        found += [
            f"{topic['topic']}: {name} is {given}, but the activities say {float(value):.2f}"
            for name, (value, given) in pairs.items()
            if abs(value - number(given)) > ROUNDING
        ]
        if level(whole) != topic["level"] and all(abs(whole - edge) > ROUNDING for edge, _ in LEVELS):
            found.append(f"{topic['topic']}: level {topic['level']}, but the activities say {level(whole)}")
    return found
