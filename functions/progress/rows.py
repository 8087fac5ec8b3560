"""Evidence as rows of the database, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import asyncpg
import msgspec
from asyncpg import Record

from events.models import ActivityDetail, ActivityRecorded
from functions.progress.days import Run, Runs
from functions.progress.evidence import ExerciseResult, Rating, Ratings, StudentEvidence, TopicEvidence

ACTIVITY_COLUMNS = "activity_id, student_id, kind, topic, occurred_at, detail"
RESULT_COLUMNS = (
    "topic, exercise_id, difficulty, hint_level, score, counted, points, occurred_at, activity_id, family"
)
TOPIC_COLUMNS = "topic, points, exercises, quizzes, reviews, last_quizzes, last_ratings, updated_at"


def activity(row: Record) -> ActivityRecorded:
    """Read a fact."""
    return ActivityRecorded(
        activity_id=row["activity_id"],
        student_id=row["student_id"],
        kind=row["kind"],
        topic=row["topic"],
        occurred_at=row["occurred_at"],
        detail=msgspec.json.decode(row["detail"], type=ActivityDetail),
    )


def activity_values(one: ActivityRecorded) -> tuple[Any, ...]:
    """Write a fact, in the order of ACTIVITY_COLUMNS."""
    detail = {k: v for k, v in msgspec.to_builtins(one.detail).items() if v is not None}
    detail_json = msgspec.json.encode(detail).decode()
    return one.activity_id, one.student_id, one.kind, one.topic, one.occurred_at, detail_json


def result(row: Record) -> ExerciseResult:
    """Read a result."""
    return ExerciseResult(
        **{name: row[name] for name in RESULT_COLUMNS.split(", ") if name != "topic"},
    )


def result_values(topic_id: str, one: ExerciseResult) -> tuple[Any, ...]:
    """Write a result, in the order of RESULT_COLUMNS."""
    return (
        topic_id,
        one.exercise_id,
        one.difficulty,
        one.hint_level,
        one.score,
        one.counted,
        one.points,
        one.occurred_at,
        one.activity_id,
        one.family,
    )


def topic(row: Record) -> TopicEvidence:
    """Read what is known of a topic."""
    return TopicEvidence(
        points=row["points"],
        exercises=row["exercises"],
        quizzes=row["quizzes"],
        reviews=row["reviews"],
        last_quizzes=ratings(row["last_quizzes"]),
        last_ratings=ratings(row["last_ratings"]),
        updated_at=row["updated_at"],
    )


def topic_values(name: str, one: TopicEvidence) -> tuple[Any, ...]:
    """Write what is known of a topic, in the order of TOPIC_COLUMNS."""
    quizzes, reviews = encoded(one.last_quizzes), encoded(one.last_ratings)
    return name, one.points, one.exercises, one.quizzes, one.reviews, quizzes, reviews, one.updated_at


def ratings(raw: str) -> Ratings:
    """Read ratings."""
    return msgspec.json.decode(raw, type=tuple[Rating, ...])


def encoded(kept: Ratings) -> str:
    """Write ratings."""
    return msgspec.json.encode(kept).decode()


def runs(kept: Sequence[asyncpg.Range[date]]) -> Runs:
    """Read days of activity."""
    return tuple(Run(_bound(one.lower), _bound(one.upper)) for one in kept)


def ranges(days: Runs) -> list[asyncpg.Range[date]]:
    """Write days of activity."""
    return [asyncpg.Range(run.start, run.end) for run in days]


def student(row: Record | None, topics: Iterable[Record], results: Iterable[Record] = ()) -> StudentEvidence:
    """Put together what is known of a student; without a row there is nothing yet."""
    if row is None:
        return StudentEvidence()
    return StudentEvidence(
        topics={one["topic"]: topic(one) for one in topics},
        results={(one["topic"], one["exercise_id"]): result(one) for one in results},
        days=runs(row["days"]),
        activities=row["activities"],
        last_active_at=row["last_active_at"],
    )


def _bound(value: Any) -> date:
    if not isinstance(value, date):
        # An open range would say that a student is active for ever.
        raise TypeError(f"days of activity have both ends, got {value!r}")
    return value
