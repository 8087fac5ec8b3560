"""The table of a teacher's students, of one class or of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from functions.gateway.models.progress import ClassRow
from functions.progress.days import local_day, streak
from functions.progress.evidence import StudentEvidence
from functions.progress.mastery import level, shown
from functions.progress.overview import average, masteries
from functions.progress.reading import evidence_of
from functions.progress.rules import MasteryRules
from functions.runtime import projection
from functions.runtime.database import Connection

LIVE = projection.LIVE.format(name="alerts")
# One probe of an index for each student: joined freely, all users are read for the forty of a class.
USER = """
CROSS JOIN LATERAL (SELECT user_id AS student_id, display_name, last_seen_at FROM users
                     WHERE user_id = m.student_id LIMIT 1) AS u
"""
OF_CLASS = f"SELECT u.* FROM class_members m {USER} WHERE m.class_id = $1"
OF_TEACHER = f"""
SELECT u.* FROM (
    SELECT DISTINCT m.student_id FROM class_staff c JOIN class_members m USING (class_id)
     WHERE c.teacher_id = $1) AS m
{USER}
"""
ALERTS = f"""
SELECT student_id, count(*) FILTER (WHERE rule <> 'safety') AS open FROM alerts
 WHERE student_id = ANY ($1) AND generation = {LIVE} AND status <> 'resolved' GROUP BY student_id
"""


async def of_class(db: Connection, class_id: UUID, now: datetime, rules: MasteryRules) -> list[ClassRow]:
    """Read the students of a class."""
    return await table(db, await db.fetch(OF_CLASS, class_id), now, rules)


async def of_teacher(db: Connection, teacher_id: UUID, now: datetime, rules: MasteryRules) -> list[ClassRow]:
    """Read the students of all classes of a teacher, each once."""
    return await table(db, await db.fetch(OF_TEACHER, teacher_id), now, rules)


async def table(
    db: Connection, members: Sequence[Record], now: datetime, rules: MasteryRules
) -> list[ClassRow]:
    """Read the rows of students, in their order."""
    students = [row["student_id"] for row in members]
    evidence = await evidence_of(db, students, rules)
    alerts = {row["student_id"]: row["open"] for row in await db.fetch(ALERTS, students)}
    return [
        class_row(member, one, now, zone, alerts.get(member["student_id"], 0), rules)
        for member, (zone, one) in zip(members, evidence, strict=True)
    ]


def class_row(
    member: Record,
    evidence: StudentEvidence,
    now: datetime,
    time_zone: str,
    open_alerts: int,
    rules: MasteryRules,
) -> ClassRow:
    """Build the row of one student."""
    today = local_day(now, time_zone)
    scores = masteries(evidence, today, rules)
    overall = average(evidence, scores)
    return ClassRow(
        student_id=member["student_id"],
        display_name=member["display_name"],
        mastery=shown(overall),
        level=level(overall, rules),
        topics={topic: shown(score) for topic, score in scores.items()},
        streak_days=streak(evidence.days, today),
        open_alerts=open_alerts,
        last_active_at=evidence.last_active_at,
        last_seen_at=member["last_seen_at"],
    )
