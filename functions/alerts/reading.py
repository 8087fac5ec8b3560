"""Reading alerts, as far as a teacher's classes reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from events.models import Severity, Topic
from functions.alerts.alert import AlertRule, Status
from functions.runtime import projection
from functions.runtime.database import Connection

LIVE = projection.LIVE.format(name="alerts")
COLUMNS = """
a.alert_id, a.student_id, u.display_name, a.topic, a.exercise_id, a.rule, a.severity, a.status, a.evidence,
(SELECT e.title FROM exercises e WHERE e.exercise_id = a.exercise_id) AS exercise_title,
a.count, a.first_seen, a.last_seen, a.acknowledged_at, a.acknowledged_by, a.resolved_at, a.resolved_by, a.note
"""
# A concern for safety is for the adults that the school names; where it names none, for the teachers.
NAMED = (
    """EXISTS (SELECT FROM users n WHERE n.user_id = {teacher} AND lower(n.email) = ANY ({adults}::text[]))"""
)
VISIBLE = "(a.rule <> 'safety' OR cardinality({adults}::text[]) = 0 OR " + NAMED + ")"
# Each student's own index is walked: a teacher has few students, and the table has many.
OF_TEACHER = f"""
SELECT a.* FROM (
    SELECT DISTINCT m.student_id FROM class_leads c JOIN class_members m USING (class_id)
     WHERE c.teacher_id = $1 AND ($6::uuid IS NULL OR c.class_id = $6)
       AND ($7::uuid IS NULL OR m.student_id = $7)) AS s
 CROSS JOIN LATERAL (
    SELECT {COLUMNS} FROM alerts a LEFT JOIN users u ON u.user_id = a.student_id
     WHERE a.student_id = s.student_id AND a.generation = {LIVE} AND a.status = ANY ($2)
       AND ($3::timestamptz IS NULL OR (a.last_seen, a.alert_id) < ($3, $4))
       AND ($8::text IS NULL OR a.rule = $8) AND ($9::text IS NULL OR a.severity = $9)
       AND ($10::text IS NULL OR a.topic = $10) AND {VISIBLE.format(teacher="$1", adults="$11")}
     ORDER BY a.last_seen DESC, a.alert_id DESC LIMIT $5) AS a
 ORDER BY a.last_seen DESC, a.alert_id DESC LIMIT $5
"""
# Named adults see concerns for every student, not of their own classes alone.
OF_ADULT = f"""
SELECT {COLUMNS} FROM alerts a LEFT JOIN users u ON u.user_id = a.student_id
 WHERE a.rule = 'safety' AND a.generation = {LIVE} AND a.status = ANY ($2)
   AND ($3::timestamptz IS NULL OR (a.last_seen, a.alert_id) < ($3, $4))
   AND ($6::uuid IS NULL OR EXISTS (
       SELECT FROM class_members m WHERE m.class_id = $6 AND m.student_id = a.student_id))
   AND ($7::uuid IS NULL OR a.student_id = $7) AND ($8::text IS NULL OR a.rule = $8)
   AND ($9::text IS NULL OR a.severity = $9) AND ($10::text IS NULL OR a.topic = $10)
   AND {NAMED.format(teacher="$1", adults="$11")}
 ORDER BY a.last_seen DESC, a.alert_id DESC LIMIT $5
"""
ONE = f"""
SELECT {COLUMNS} FROM alert_detections d
  JOIN alerts a ON a.alert_id = d.alert_id AND a.generation = d.generation
  LEFT JOIN users u ON u.user_id = a.student_id
 WHERE d.detection_id = $2 AND d.generation = {LIVE} AND {VISIBLE.format(teacher="$1", adults="$3")}
   AND (EXISTS (
       SELECT FROM class_leads c JOIN class_members m USING (class_id)
        WHERE c.teacher_id = $1 AND m.student_id = a.student_id)
       OR (a.rule = 'safety' AND cardinality($3::text[]) > 0))
"""
SEVERAL = f"""
SELECT {COLUMNS} FROM alerts a LEFT JOIN users u ON u.user_id = a.student_id
 WHERE a.alert_id = ANY ($1) AND a.generation = {LIVE} AND a.status = 'open' ORDER BY a.last_seen DESC
"""
WAITING = f"""
SELECT {COLUMNS} FROM alerts a LEFT JOIN users u ON u.user_id = a.student_id
 WHERE a.student_id = $1 AND a.generation = {LIVE} AND a.status = 'open' ORDER BY a.last_seen
"""
ALL: tuple[Status, ...] = ("open", "acknowledged", "resolved")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which alerts are asked for; what is left out does not matter."""

    class_id: UUID | None = None
    student_id: UUID | None = None
    rule: AlertRule | None = None
    severity: Severity | None = None
    topic: Topic | None = None


ANY = Filters()


async def of_teacher(
    db: Connection,
    teacher_id: UUID,
    *,
    statuses: Iterable[str] = ALL,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
    filters: Filters = ANY,
    adults: Sequence[str] = (),
) -> list[Record]:
    """List the alerts of the students in a teacher's classes, the latest first.

    `before` is (last_seen, alert_id) of the last one of the page before; `adults` are the addresses of those
    who are told of concerns for safety.
    """
    at, alert_id = before or (None, None)
    wanted = (filters.class_id, filters.student_id, filters.rule, filters.severity, filters.topic)
    values = (teacher_id, list(statuses), at, alert_id, limit, *wanted, list(adults))
    rows = await db.fetch(OF_TEACHER, *values)
    if not adults:
        return rows
    found = {row["alert_id"]: row for row in [*rows, *await db.fetch(OF_ADULT, *values)]}
    return sorted(found.values(), key=lambda row: (row["last_seen"], row["alert_id"]), reverse=True)[:limit]


async def one(db: Connection, teacher_id: UUID, alert_id: UUID, adults: Sequence[str] = ()) -> Record | None:
    """Read an alert by its id, or by the id of any of its detections; None unless it is a teacher's own."""
    return await db.fetchrow(ONE, teacher_id, alert_id, list(adults))


async def open_ones(db: Connection, alert_ids: list[UUID]) -> list[Record]:
    """Read those of some alerts that are still open."""
    return await db.fetch(SEVERAL, alert_ids)


async def waiting(db: Connection, student_id: UUID) -> list[Record]:
    """List the open alerts of a student, the oldest first."""
    return await db.fetch(WAITING, student_id)


def shown(row: Record) -> dict[str, Any]:
    """Show an alert as the API and the stream do."""
    values = dict(row)
    student = {name: values.pop(name) for name in ("student_id", "display_name")}
    return {**values, "student": student, "evidence": msgspec.json.decode(row["evidence"])}
