"""A detection as the event that a teacher's alert is made of."""

from __future__ import annotations

from uuid import UUID

from events.models import Evidence, StruggleDetected, Topic
from functions.exercise.struggle import Detection
from functions.runtime.envelope import derived_id


def alarm(student_id: UUID, exercise_id: UUID, topic: Topic, detection: Detection) -> StruggleDetected:
    """Make the event; the same detection always has the same id."""
    return StruggleDetected(
        alert_id=UUID(
            derived_id("exercise", detection.rule, str(student_id), str(exercise_id), detection.key)
        ),
        student_id=student_id,
        exercise_id=exercise_id,
        topic=topic,
        rule=detection.rule,
        severity=detection.severity,
        occurred_at=detection.occurred_at,
        evidence=[
            Evidence(kind="submission", at=one.occurred_at, ref=str(one.submission_id), summary=one.summary)
            for one in detection.evidence
        ],
    )
