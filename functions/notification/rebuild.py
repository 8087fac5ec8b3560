"""Build alerts again from the events, beside the live ones, without telling anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from events.models import ActivityRecorded, StruggleDetected
from functions.alerts.alert import AlertRules
from functions.alerts.store import (
    DETECTION_COLUMNS,
    LIVE,
    PASS_COLUMNS,
    derive_again,
    detection_values,
    pass_values,
)
from functions.runtime import projection
from functions.runtime.database import Connection

TABLES = ("alert_detections", "alert_passes", "alerts")
NOT_ERASED = "NOT EXISTS (SELECT FROM erased_users e WHERE e.user_id = f.student_id)"
DETECTIONS = f"""
INSERT INTO alert_detections (generation, {DETECTION_COLUMNS})
SELECT $1, f.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[],
    $8::timestamptz[], $9::jsonb[]) AS f({DETECTION_COLUMNS}) WHERE {NOT_ERASED}
ON CONFLICT DO NOTHING
"""
PASSES = f"""
INSERT INTO alert_passes (generation, {PASS_COLUMNS})
SELECT $1, f.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[])
    AS f({PASS_COLUMNS}) WHERE {NOT_ERASED}
ON CONFLICT DO NOTHING
"""
STUDENTS = "SELECT DISTINCT student_id FROM alert_detections WHERE generation = $1"
BRING = """
WITH missed AS (
    INSERT INTO {table} (generation, {columns})
    SELECT $2, {columns} FROM {table} WHERE generation = $1 AND recorded_at >= $3
    ON CONFLICT DO NOTHING RETURNING student_id)
SELECT DISTINCT student_id FROM missed
"""
BRING_DETECTIONS = BRING.format(table="alert_detections", columns=DETECTION_COLUMNS)
BRING_PASSES = BRING.format(table="alert_passes", columns=PASS_COLUMNS)
KEEP_FACTS = """
INSERT INTO {table} (generation, {columns})
SELECT $1, {columns} FROM {table} f
 WHERE generation = {live} AND occurred_at < $2 AND {not_erased}
ON CONFLICT DO NOTHING
"""
KEEP = {
    topic: KEEP_FACTS.format(table=table, columns=columns, live=LIVE, not_erased=NOT_ERASED)
    for topic, table, columns in (
        ("struggle.detected", "alert_detections", DETECTION_COLUMNS),
        ("progress.events", "alert_passes", PASS_COLUMNS),
    )
}
RESULTS = """
SELECT alert_id, student_id, topic, rule, severity, status, count, first_seen, last_seen,
       acknowledged_at, resolved_at
  FROM alerts WHERE generation = """
DIFFERING = f"""
SELECT count(DISTINCT student_id) FROM (
    ({RESULTS} $1 EXCEPT {RESULTS} $2) UNION ALL ({RESULTS} $2 EXCEPT {RESULTS} $1)) AS differing
"""
# What teachers did meanwhile concerns students whose alerts were derived already.
ACTED = "SELECT DISTINCT student_id FROM alert_actions WHERE at >= $1::timestamptz - interval '1 minute'"


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild of the alerts: `begin`, then `take` the events in any portions and order, then `finish`.

    After an interrupt `resume` goes on.
    """

    topics: ClassVar[tuple[str, ...]] = tuple(KEEP)
    models: ClassVar[tuple[type, ...]] = (StruggleDetected, ActivityRecorded)

    db: Connection
    generation: int
    rules: AlertRules

    @classmethod
    async def begin(cls, db: Connection, rules: AlertRules) -> Rebuild:
        """Start an empty generation; a rebuild that was not finished is given up."""
        return cls(db, await projection.begin(db, "alerts"), rules)

    @classmethod
    async def resume(cls, db: Connection, rules: AlertRules) -> Rebuild | None:
        """Go on with a rebuild that was not finished; None when there is none."""
        generation = await projection.building(db, "alerts")
        return None if generation is None else cls(db, generation, rules)

    async def take(self, events: Iterable[StruggleDetected | ActivityRecorded]) -> None:
        """Take events from the topics; of the activities only exercises that were completed matter."""
        known = list(events)
        found = [detection_values(event) for event in known if isinstance(event, StruggleDetected)]
        passes = [
            pass_values(event)
            for event in known
            if isinstance(event, ActivityRecorded) and event.kind == "exercise.completed"
        ]
        if found:
            await self.db.execute(DETECTIONS, self.generation, *zip(*found, strict=True))
        if passes:
            await self.db.execute(PASSES, self.generation, *zip(*passes, strict=True))

    async def keep(self, topic: str, before: datetime) -> None:
        """Keep the facts from before a time that came by a topic, where it no longer has them."""
        await self.db.execute(KEEP[topic], self.generation, before)

    async def finish(self) -> int:
        """Derive every student's alerts, change over, and delete what is no longer needed.

        Returns how many students' alerts differ from those before.
        """
        for row in await self.db.fetch(STUDENTS, self.generation):
            async with self.db.transaction():
                await derive_again(self.db, self.generation, row["student_id"], self.rules)
        before = await projection.finish(self.db, "alerts", self.generation, self._catch_up, TABLES)
        differing = await self.db.fetchval(DIFFERING, before, self.generation)
        await projection.clear(self.db, "alerts", TABLES)
        return int(differing)

    async def _catch_up(self, db: Connection, live: int, generation: int, since: datetime) -> None:
        missed = [
            *await db.fetch(BRING_DETECTIONS, live, generation, since),
            *await db.fetch(BRING_PASSES, live, generation, since),
            *await db.fetch(ACTED, since),
        ]
        for student_id in {row["student_id"] for row in missed}:
            await derive_again(db, generation, student_id, self.rules)
