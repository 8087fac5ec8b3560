"""Progress, and the table of a class."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from events.models import Level, Topic
from functions.gateway.models.base import Shape, example
from functions.gateway.models.classes import CLASS

PROGRESS = {
    "student_id": "7d9f3c1e-58c4-4c0e-9d43-2f6d1f0a9b11",
    "streak_days": 3,
    "topics": [
        {
            "topic": "control-flow",
            "mastery": 63.0,
            "level": "learning",
            "provisional": False,
            "components": {"exercises": 70.0, "quizzes": 80.0, "code_quality": 35.0, "consistency": 40.0},
            "updated_at": "2026-11-23T09:05:00Z",
            "evidence": {
                "exercises": [
                    {
                        "exercise_id": "e1d6a6e4-54d3-4a0e-b0d1-2b8f1a3c4d5e",
                        "difficulty": "medium",
                        "hint_level": "where",
                        "score": 1.0,
                        "counted": 0.9,
                        "points": 0.9,
                        "at": "2026-11-23T09:05:00Z",
                    }
                ],
                "exercises_total": 4,
                "quizzes": [
                    {
                        "id": "4b3a2c1d-0e9f-4a8b-9c7d-6e5f4a3b2c1d",
                        "value": 0.8,
                        "at": "2026-11-22T16:40:00Z",
                    }
                ],
                "quizzes_total": 1,
                "reviews": [],
                "reviews_total": 2,
                "days": 2,
                "days_of": 7,
                "active_days": ["2026-11-22", "2026-11-23"],
                "missing": [],
            },
        }
    ],
    "recent": [
        {
            "activity_id": "0f0e0d0c-0b0a-4908-8706-050403020100",
            "kind": "exercise.completed",
            "topic": "control-flow",
            "at": "2026-11-23T09:05:00Z",
            "score": 1.0,
        }
    ],
    "last_active_at": "2026-11-23T09:05:00Z",
    "rules_version": "1",
}
HISTORY = {
    "student_id": PROGRESS["student_id"],
    "time_zone": "Europe/Berlin",
    "rules_version": "1",
    "days": [{"day": "2026-11-23", "mastery": 63.0, "topics": {"control-flow": 63.0}, "active": True}],
}
ROW = {
    "student_id": PROGRESS["student_id"],
    "display_name": "Maya",
    "mastery": 63.0,
    "level": "learning",
    "topics": {"control-flow": 63.0},
    "streak_days": 3,
    "open_alerts": 1,
    "last_active_at": "2026-11-23T09:05:00Z",
    "last_seen_at": "2026-11-23T09:07:00Z",
}


class ClassRow(Shape):
    """A student in the table of a class; `mastery` is the average of the topics that were begun."""

    model_config = example(**ROW)

    student_id: UUID
    display_name: str
    mastery: float
    level: Level
    topics: dict[Topic, float]
    streak_days: int
    open_alerts: int
    last_active_at: datetime | None
    last_seen_at: datetime | None


class StudentPage(Shape):
    """Students of all of a teacher's classes."""

    model_config = example(items=[ROW], next_cursor=None)

    items: list[ClassRow]
    next_cursor: str | None


class ClassProgress(Shape):
    """The table of a class."""

    model_config = example(
        class_id=CLASS["class_id"],
        name=CLASS["name"],
        join_code=CLASS["join_code"],
        students=[ROW],
        next_cursor=None,
    )

    class_id: UUID
    name: str
    join_code: str
    students: list[ClassRow]
    next_cursor: str | None
