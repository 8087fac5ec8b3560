"""Students with a history: random but repeatable, any number of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from events.models import ActivityDetail, ActivityRecorded
from functions.progress.topics import TOPICS

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KINDS = (
    "question.asked",
    "code.executed",
    "error.seen",
    "exercise.attempted",
    "quiz.graded",
    "code.reviewed",
)
SHARES = (20, 25, 10, 30, 5, 10)
DIFFICULTIES = ("easy", "medium", "hard")
HINTS = ("none", "none", "none", "nudge", "where", "how", "worked", "solution")
STUDENT_BASE = 1 << 64


def student(number: int) -> UUID:
    """Name a student."""
    return UUID(int=STUDENT_BASE + number)


def learner(
    number: int, activities: int, *, seed: int = 1, now: datetime = NOW
) -> Iterator[ActivityRecorded]:
    """Make the history of one student, spread over the last 60 days."""
    chance = random.Random(f"{seed}/{number}")
    for _ in range(activities):
        kind: Any = chance.choices(KINDS, SHARES)[0]
        yield ActivityRecorded(
            activity_id=UUID(int=chance.getrandbits(128)),
            student_id=student(number),
            kind=kind,
            topic=chance.choice((*TOPICS, None)),
            occurred_at=now - timedelta(minutes=chance.randrange(60 * 24 * 60)),
            detail=_detail(kind, number, chance),
        )


def _detail(kind: str, number: int, chance: random.Random) -> ActivityDetail:
    if kind == "exercise.attempted":
        return ActivityDetail(
            exercise_id=UUID(int=(number << 32) + chance.randrange(40)),
            submission_id=UUID(int=chance.getrandbits(128)),
            difficulty=chance.choice(DIFFICULTIES),  # type: ignore[arg-type]
            score=chance.randrange(8) / 7,
            hint_level=chance.choice(HINTS),  # type: ignore[arg-type]
        )
    if kind == "quiz.graded":
        return ActivityDetail(
            quiz_id=UUID(int=chance.getrandbits(128)), score=chance.randrange(6) / 5, questions=5
        )
    if kind == "code.reviewed":
        return ActivityDetail(quality=chance.randrange(1001) / 10)
    return ActivityDetail()
