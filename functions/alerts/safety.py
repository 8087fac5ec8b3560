"""Concerns for a student's safety as alerts of a rule of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from events.models import Concern, Evidence, SafetyRaised, Severity

SAFETY: Literal["safety"] = "safety"
WORDED: dict[Concern, str] = {
    "self_harm": "Self-harm or despair",
    "abuse": "Violence or abuse at home or by an adult",
    "sexual": "Sexual abuse or harassment",
    "violence": "Violence against others",
    "bullying": "Bullying",
    "threat": "Threats or stalking",
}


@dataclass(frozen=True, slots=True)
class SafetyDetection:
    """A concern, as the fold of alerts takes detections; it is about no topic and no exercise."""

    alert_id: UUID
    student_id: UUID
    severity: Severity
    evidence: Sequence[Evidence]
    occurred_at: datetime
    # A rule of its own, so that the fold never joins it with an alert about a topic, and no dismissal of one
    # hides it.
    rule: Literal["safety"] = SAFETY
    topic: None = None
    exercise_id: None = None


def detection_of(event: SafetyRaised) -> SafetyDetection:
    """Read a concern as a detection; its evidence says what it is about, and the words if they were sent."""
    said = f': "{event.excerpt}"' if event.excerpt else ""
    return SafetyDetection(
        alert_id=event.alert_id,
        student_id=event.student_id,
        severity=event.severity,
        evidence=[
            Evidence(
                kind="message",
                at=event.occurred_at,
                ref=str(event.written_in),
                summary=f"{WORDED[event.concern]}{said}",
            )
        ],
        occurred_at=event.occurred_at,
    )
