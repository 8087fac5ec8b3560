"""Progress, and the table of a class."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from functions.domain.mastery import Level
from functions.gateway.models.base import Shape, Topic, example
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
                "exercises": [],
                "exercises_total": 4,
                "quizzes": [],
                "quizzes_total": 1,
                "reviews": [],
                "reviews_total": 2,
                "days": 2,
                "days_of": 7,
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
ROW = {
    "student_id": PROGRESS["student_id"],
    "display_name": "Maya",
    "mastery": 63.0,
    "level": "learning",
    "topics": {"control-flow": 63.0},
    "streak_days": 3,
    "open_alerts": 1,
    "last_active_at": "2026-11-23T09:05:00Z",
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


class ClassProgress(Shape):
    """The table of a class."""

    model_config = example(
        class_id=CLASS["class_id"], name=CLASS["name"], join_code=CLASS["join_code"], students=[ROW]
    )

    class_id: UUID
    name: str
    join_code: str
    students: list[ClassRow]
