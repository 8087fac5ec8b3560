"""Alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from events.models import Severity, Topic
from functions.alerts.alert import AlertRule
from functions.gateway.models.base import Body, Shape, Storable, example

AlertStatus = Literal["open", "acknowledged", "resolved"]
Delivery = Literal["at_once", "digest"]
ALERT = {
    "alert_id": "3d2c1b0a-9f8e-4d7c-8b6a-5f4e3d2c1b0a",
    "student": {"student_id": "7d9f3c1e-58c4-4c0e-9d43-2f6d1f0a9b11", "display_name": "James"},
    "topic": "data-structures",
    "exercise_id": None,
    "exercise_title": None,
    "rule": "same_error",
    "severity": "medium",
    "status": "open",
    "evidence": [
        {
            "kind": "error",
            "at": "2026-11-23T09:00:00Z",
            "summary": "IndexError: list index out of range",
            "excerpt": "print(nums[3])",
        }
    ],
    "count": 3,
    "first_seen": "2026-11-23T09:00:00Z",
    "last_seen": "2026-11-23T09:12:00Z",
    "acknowledged_at": None,
    "resolved_at": None,
    "note": None,
}


class AlertStudent(Shape):
    """Whom an alert is about."""

    student_id: UUID
    display_name: str | None


class Alert(Shape):
    """A student who struggles, with the evidence for it."""

    model_config = example(**ALERT)

    alert_id: UUID
    student: AlertStudent
    topic: Topic | None
    exercise_id: UUID | None
    exercise_title: str | None = None
    rule: AlertRule
    severity: Severity
    status: AlertStatus
    evidence: list[dict[str, Any]]
    count: int = Field(description="How often it was detected.")
    first_seen: datetime
    last_seen: datetime
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    note: str | None = None


class AlertPage(Shape):
    """Alerts, the latest first."""

    model_config = example(items=[ALERT], next_cursor=None)

    items: list[Alert]
    next_cursor: str | None


class Resolution(Body):
    """What became of an alert."""

    model_config = example(note="We went through it together.")

    note: Annotated[Storable, Field(max_length=2000)] | None = None


class Preference(Body):
    """How a teacher hears of alerts: each at once, or gathered."""

    model_config = example(delivery="digest")

    delivery: Delivery
