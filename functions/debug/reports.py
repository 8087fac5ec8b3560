"""The events that debug publishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from events.models import (
    ActivityDetail,
    ActivityRecorded,
    DebugRequested,
    Evidence,
    StruggleDetected,
)
from functions.debug.case import Case
from functions.debug.struggle import ErrorOccurrence

MAX_SUMMARY = 400


def error_seen(request: DebugRequested, case: Case, activity_id: UUID, at: datetime) -> ActivityRecorded:
    """Record that a student met an error."""
    if case.diagnosis is None or case.diagnosis.error is None:
        raise ValueError("only an error that was seen can be recorded")
    error = case.diagnosis.error
    return ActivityRecorded(
        activity_id=activity_id,
        student_id=request.student_id,
        kind="error.seen",
        topic=request.topic or case.diagnosis.fault.topic,
        occurred_at=at,
        detail=ActivityDetail(
            message_id=request.message_id,
            exercise_id=request.exercise_id,
            error_type=error.type,
            error_message=error.message,
            fingerprint=case.key,
        ),
    )


def sighting_of(seen: ActivityRecorded, excerpt: str | None) -> ErrorOccurrence:
    """Reduce an error that was seen to what the rule `same_error` needs."""
    detail = seen.detail
    said = f"{detail.error_type}: {detail.error_message}" if detail.error_message else detail.error_type or ""
    ref = detail.message_id or detail.submission_id or seen.activity_id
    return ErrorOccurrence(
        seen.activity_id,
        seen.occurred_at,
        said[:MAX_SUMMARY],
        excerpt or detail.excerpt or None,
        str(ref),
        exercise_id=detail.exercise_id,
        asked=detail.message_id is not None,
    )


def same_error_alert(
    seen: ActivityRecorded, window: Sequence[ErrorOccurrence], alert_id: UUID
) -> StruggleDetected:
    """Tell the teacher's side that a student meets the same error again and again."""
    evidence = [
        Evidence(kind="error", at=s.seen_at, ref=s.ref, summary=s.summary, excerpt=s.excerpt) for s in window
    ]
    return StruggleDetected(
        alert_id=alert_id,
        student_id=seen.student_id,
        topic=seen.topic,
        exercise_id=next((s.exercise_id for s in reversed(window) if s.exercise_id), None),
        rule="same_error",
        severity="medium",
        evidence=evidence,
        occurred_at=window[-1].seen_at,
    )
