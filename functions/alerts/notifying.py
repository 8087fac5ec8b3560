"""Telling teachers of alerts, at once or in a digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from asyncpg import Record

from functions.alerts import reading
from functions.alerts.alert import Alert, AlertRules, Key, alert_to_notify
from functions.alerts.safety import SAFETY
from functions.runtime.database import Connection
from functions.runtime.stream import push

Delivery = Literal["at_once", "digest"]
TOLD = "SELECT topic, rule, at FROM alert_notices WHERE student_id = $1"
TELL = "INSERT INTO alert_notices (student_id, topic, rule, at) VALUES ($1, $2, $3, $4)"
# In one order, so that two alerts never wait for each other's streams.
TEACHERS = """
SELECT DISTINCT c.teacher_id, coalesce(p.delivery, 'at_once') AS delivery
  FROM class_members m JOIN class_leads c USING (class_id)
  LEFT JOIN notification_preferences p USING (teacher_id)
 WHERE m.student_id = $1 ORDER BY c.teacher_id
"""
ADULTS = """
SELECT user_id AS teacher_id, 'at_once' AS delivery FROM users
 WHERE lower(email) = ANY ($1::text[]) AND role = 'teacher' ORDER BY user_id
"""
ENTRY = """
INSERT INTO digest_entries (teacher_id, alert_id, student_id, added_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""
DUE = """
SELECT teacher_id FROM digest_entries GROUP BY teacher_id HAVING min(added_at) <= $1 ORDER BY teacher_id
"""
PREFER = """
INSERT INTO notification_preferences (teacher_id, delivery) VALUES ($1, $2)
ON CONFLICT (teacher_id) DO UPDATE SET delivery = $2
"""
PREFERRED = "SELECT delivery FROM notification_preferences WHERE teacher_id = $1"
TAKE = "DELETE FROM digest_entries WHERE teacher_id = $1 RETURNING alert_id"


async def notify(
    db: Connection,
    student_id: UUID,
    detection_id: UUID,
    alerts: Sequence[Alert],
    now: datetime,
    rules: AlertRules,
) -> bool:
    """Tell the student's teachers of what a detection changed, unless they know already."""
    if not alerts:
        return False
    before: dict[Key, list[datetime]] = defaultdict(list)
    for row in await db.fetch(TOLD, student_id):
        before[row["topic"], row["rule"]].append(row["at"])
    alert = alert_to_notify(alerts, detection_id, before, rules)
    if alert is None:
        return False
    # In the transaction of the detection: told and noted, or neither.
    await db.execute(TELL, student_id, alert.topic, alert.rule, alert.told_at)
    teachers = await _who_hears(db, alert, student_id, rules)
    [row] = await reading.open_ones(db, [alert.alert_id])
    for teacher in teachers:
        await _hand_over(db, teacher, row, now)
    return True


async def tell_who_joined(db: Connection, student_id: UUID, teacher_id: UUID) -> int:
    """Tell a teacher whose class a student has joined of the open alerts; returns their number."""
    waiting = [row for row in await reading.waiting(db, student_id) if row["rule"] != SAFETY]
    for row in waiting:
        await push(db, teacher_id, "alert", reading.shown(row))
    return len(waiting)


async def preferred(db: Connection, teacher_id: UUID) -> Delivery:
    """Read how a teacher wants to be told; at once, unless they chose."""
    found: Delivery | None = await db.fetchval(PREFERRED, teacher_id)
    return found or "at_once"


async def prefer(db: Connection, teacher_id: UUID, delivery: Delivery) -> None:
    """Keep how a teacher wants to be told."""
    await db.execute(PREFER, teacher_id, delivery)


async def send_digests(db: Connection, now: datetime, after: timedelta) -> int:
    """Send what was gathered long enough, one message to each teacher; returns their number."""
    sent = 0
    for due in await db.fetch(DUE, now - after):
        taken = [row["alert_id"] for row in await db.fetch(TAKE, due["teacher_id"])]
        if rows := await reading.open_ones(db, taken):
            await push(db, due["teacher_id"], "alert", {"digest": [reading.shown(row) for row in rows]})
            sent += 1
    return sent


async def _who_hears(db: Connection, alert: Alert, student_id: UUID, rules: AlertRules) -> list[Record]:
    """List whom an alert is for: the student's teachers, or the adults named for concerns for safety."""
    if alert.rule == SAFETY and rules.adults:
        return await db.fetch(ADULTS, list(rules.adults))
    return await db.fetch(TEACHERS, student_id)


async def _hand_over(db: Connection, teacher: Record, row: Record, now: datetime) -> None:
    if teacher["delivery"] == "digest" and row["rule"] != SAFETY:
        await db.execute(ENTRY, teacher["teacher_id"], row["alert_id"], row["student_id"], now)
    else:
        await push(db, teacher["teacher_id"], "alert", reading.shown(row))
