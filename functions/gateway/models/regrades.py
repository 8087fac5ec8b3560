"""Grading again: what is asked for, and what differs."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from events.models import Topic
from functions.alerts.alert import AlertRule
from functions.gateway.models.base import Body, Shape, Storable, example, not_blank
from functions.gateway.models.hand_ins import EARLIER, STUDENT
from functions.gateway.models.work import SUBMISSION, SUBMITTED

CHANGED = "The tests of this exercise were changed."
REGRADE_ID = "0b8f1a52-9d0e-4b7c-8a3d-5e6f7a8b9c0d"
GRADE = {
    **{name: SUBMITTED[name] for name in ("submission_id",)},
    "exercise_id": SUBMISSION["exercise_id"],
    "student": STUDENT,
    "before": {"score": 1.0, "passed": 4, "total": 4},
    "after": {"score": 0.8, "passed": 4, "total": 5},
}
MASTERY = {
    "student": STUDENT,
    "topic": "functions",
    "before": 42.0,
    "after": 40.4,
    "level_before": "learning",
    "level_after": "beginner",
}
ALERT = {
    "student": STUDENT,
    "alert_id": "3d2c1b0a-9f8e-4d7c-8b6a-5f4e3d2c1b0a",
    "rule": "failed_runs",
    "topic": "functions",
    "before": None,
    "after": "open",
    "count_before": 0,
    "count_after": 1,
}
REGRADE = {
    "regrade_id": REGRADE_ID,
    "exercise_id": SUBMISSION["exercise_id"],
    "dry_run": True,
    "status": "done",
    "reason": EARLIER["reason"],
    "submissions": 12,
    "summary": "1 grade, 1 mastery number and 1 alert would differ.",
    "grades": [GRADE],
    "mastery": [MASTERY],
    "alerts": [ALERT],
}
AlertState = Literal["open", "acknowledged", "resolved"]


class NewRegrade(Body):
    """Whether only to find out what would differ; the reason is kept beside the grades of before."""

    model_config = example(dry_run=True, reason=CHANGED)

    dry_run: Annotated[bool, Field(strict=True)]
    reason: Annotated[Storable, AfterValidator(not_blank), Field(min_length=1, max_length=1000)] = CHANGED


class RegradeStudent(Shape):
    """Whom a difference is about."""

    student_id: UUID
    display_name: str | None


class Score(Shape):
    """A grade in short."""

    score: float
    passed: int
    total: int


class GradeDifference(Shape):
    """A grade that differs."""

    submission_id: UUID
    exercise_id: UUID
    student: RegradeStudent
    before: Score
    after: Score


class MasteryDifference(Shape):
    """The mastery of a topic that differs, as it is shown: 0 to 100."""

    student: RegradeStudent
    topic: Topic
    before: float
    after: float
    level_before: str
    level_after: str


class AlertDifference(Shape):
    """An alert that comes, goes, or has another status or count; null where there is none."""

    student: RegradeStudent
    alert_id: UUID
    rule: AlertRule
    topic: Topic | None
    before: AlertState | None
    after: AlertState | None
    count_before: int
    count_after: int


class Regrade(Shape):
    """What differs when hand-ins are graded again by the tests of today."""

    model_config = example(**REGRADE)

    regrade_id: UUID
    exercise_id: UUID
    dry_run: bool
    status: Literal["pending", "done", "failed"] = Field(
        description="`failed` when some students' hand-ins could not be graded; their grades stay."
    )
    reason: str
    submissions: int = Field(description="How many hand-ins were graded again.")
    summary: str
    grades: list[GradeDifference]
    mastery: list[MasteryDifference]
    alerts: list[AlertDifference]
