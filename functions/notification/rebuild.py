"""Build alerts again from the events, beside the live ones, without telling anybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from events.models import ActivityRecorded, SafetyRaised, StruggleCorrected, StruggleDetected
from functions.alerts.alert import AlertRules
from functions.alerts.safety import detection_of
from functions.alerts.store import (
    CORRECTION_COLUMNS,
    DETECTION_COLUMNS,
    PASS_COLUMNS,
    correction_values,
    derive_again,
    detection_values,
    pass_values,
)
from functions.runtime.database import Connection
from functions.runtime.projection import Name
from functions.runtime.rebuild import FactTable, ProjectionRebuild, differing

FACTS = (
    FactTable.of(
        "alerts", "struggle.detected", "alert_detections", DETECTION_COLUMNS,
        types="uuid, uuid, text, uuid, text, text, timestamptz, jsonb", at="occurred_at",
    ),
    FactTable.of(
        "alerts", "progress.events", "alert_passes", PASS_COLUMNS,
        types="uuid, uuid, text, uuid, timestamptz", at="occurred_at",
    ),
    FactTable.of(
        "alerts", "struggle.detected", "alert_corrections", CORRECTION_COLUMNS,
        types="uuid, uuid, uuid, boolean, timestamptz", at="occurred_at",
    ),
)  # fmt: skip
RESULTS = """
SELECT alert_id, student_id, topic, rule, severity, status, count, first_seen, last_seen,
       acknowledged_at, resolved_at
  FROM alerts WHERE generation ="""
# What teachers did meanwhile concerns students whose alerts were derived already.
ACTED = "SELECT DISTINCT student_id FROM alert_actions WHERE at >= $1::timestamptz - interval '1 minute'"


@dataclass(frozen=True, slots=True)
class Rebuild(ProjectionRebuild[AlertRules]):
    """A rebuild of the alerts; of the activities only exercises that were completed matter."""

    name: ClassVar[Name] = "alerts"
    tables: ClassVar[tuple[str, ...]] = (
        "alert_detections", "alert_passes", "alert_corrections", "alerts",
    )  # fmt: skip
    facts: ClassVar[tuple[FactTable, ...]] = FACTS
    topics: ClassVar[tuple[str, ...]] = tuple(dict.fromkeys(table.topic for table in FACTS))
    models: ClassVar[tuple[type, ...]] = (
        StruggleDetected, StruggleCorrected, SafetyRaised, ActivityRecorded,
    )  # fmt: skip
    differing: ClassVar[str] = differing(RESULTS)
    portion: ClassVar[int] = 1

    def records(self, events: Iterable[Any]) -> Sequence[list[tuple[Any, ...]]]:
        """Turn events into detections and passes."""
        known = list(events)
        return (
            [
                detection_values(detection_of(event) if isinstance(event, SafetyRaised) else event)
                for event in known
                if isinstance(event, StruggleDetected | SafetyRaised)
            ],
            [
                pass_values(event)
                for event in known
                if isinstance(event, ActivityRecorded) and event.kind == "exercise.completed"
            ],
            [
                row
                for event in known
                if isinstance(event, StruggleCorrected)
                for row in correction_values(event)
            ],
        )

    async def derive_students(self, db: Connection, generation: int, students: list[UUID]) -> None:
        """Derive one student's alerts after the other."""
        for student_id in students:
            await derive_again(db, generation, student_id, self.rules)

    async def missed(self, db: Connection, live: int, since: datetime) -> set[UUID]:
        """Bring over what came meanwhile, and name the students of whom teachers did something too."""
        brought = await ProjectionRebuild.missed(self, db, live, since)
        return brought | {row["student_id"] for row in await db.fetch(ACTED, since)}
