"""The rules of a class, and how much of a day's messages is used up."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.errors import NotFound
from functions.runtime.database import Connection

COLUMNS = "tutor, model, highest_rung, messages_a_day, not_yet, wording, exam_from, exam_until, changed_at"
KEEP = f"""
INSERT INTO class_rules (class_id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (class_id) DO UPDATE
   SET tutor = excluded.tutor, model = excluded.model, highest_rung = excluded.highest_rung,
       messages_a_day = excluded.messages_a_day, not_yet = excluded.not_yet, wording = excluded.wording,
       exam_from = excluded.exam_from, exam_until = excluded.exam_until, changed_at = excluded.changed_at
"""
READ = f"SELECT {COLUMNS} FROM class_rules WHERE class_id = $1"
MEMBER = "SELECT true FROM class_members WHERE class_id = $1 AND student_id = $2"
# The day of the student, as they count it.
TODAY = """
SELECT count(m.message_id) AS sent,
       extract(epoch FROM date_trunc('day', $2 AT TIME ZONE u.time_zone) + interval '1 day'
                          - ($2 AT TIME ZONE u.time_zone))::float8 AS seconds_left
  FROM users u LEFT JOIN messages m ON m.student_id = u.user_id
   AND m.created_at >= date_trunc('day', $2 AT TIME ZONE u.time_zone) AT TIME ZONE u.time_zone
 WHERE u.user_id = $1 GROUP BY u.user_id
"""


async def keep(db: Connection, class_id: UUID, values: tuple[Any, ...]) -> None:
    """Write the rules of a class, in the order of COLUMNS."""
    await db.execute(KEEP, class_id, *values)


async def read(db: Connection, class_id: UUID) -> Record | None:
    """Read the rules of a class; None where nobody has made any."""
    return await db.fetchrow(READ, class_id)


async def require_member(db: Connection, class_id: UUID, student_id: UUID) -> None:
    """Raise NotFound for a student who is not in the class."""
    if not await db.fetchval(MEMBER, class_id, student_id):
        raise NotFound("there is no such class")


async def sent_today(db: Connection, student_id: UUID, now: datetime) -> tuple[int, float]:
    """Count a student's messages of this day, and say how many seconds it still has."""
    row = await db.fetchrow(TODAY, student_id, now)
    return (row["sent"], row["seconds_left"]) if row else (0, 0.0)
