"""When a quiz tells that a student struggles."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from events.models import ActivityRecorded, Evidence, StruggleDetected
from functions.progress.evidence import exact
from functions.progress.topics import TITLES
from functions.runtime.envelope import derived_id


def quiz_failed(activity: ActivityRecorded, below: Decimal, least_questions: int) -> bool:
    """Tell whether an activity is a quiz that was failed; one with few questions tells nothing."""
    detail = activity.detail
    if activity.kind != "quiz.graded" or detail.score is None:
        return False
    # Quizzes of before the number was recorded have none: they count as they did then.
    enough = detail.questions is None or detail.questions >= least_questions
    return enough and exact(detail.score) < below


def alarm(activity: ActivityRecorded) -> StruggleDetected:
    """Make the event of a failed quiz; the same quiz always has the same id."""
    detail, quiz_id = activity.detail, activity.detail.quiz_id or activity.activity_id
    score = detail.score or 0.0
    right = f"{round(score * detail.questions)} of {detail.questions}" if detail.questions else f"{score:.0%}"
    about = f" on {TITLES[activity.topic].lower()}" if activity.topic else ""
    return StruggleDetected(
        # Derived from the activity, which may be delivered twice or played again: the same quiz is one alert.
        alert_id=UUID(derived_id("progress", "quiz_failed", str(activity.activity_id))),
        student_id=activity.student_id,
        rule="quiz_failed",
        severity="medium",
        topic=activity.topic,
        occurred_at=activity.occurred_at,
        evidence=[
            Evidence(
                kind="quiz",
                at=activity.occurred_at,
                ref=str(quiz_id),
                summary=f"{right} right in a quiz{about}",
            )
        ],
    )
