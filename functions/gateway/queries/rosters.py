"""Who is expected in a class, and who is put into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from asyncpg import Record

from functions.alerts.notifying import tell_who_joined
from functions.gateway.errors import NotFound
from functions.gateway.queries import classes, personal_data, staff
from functions.gateway.roster import Entry
from functions.runtime.database import Connection

Became = Literal["enrolled", "invited", "unchanged", "refused", "left"]
KEPT = timedelta(days=180)
KNOWN = "SELECT user_id, lower(email) AS email, role FROM users WHERE lower(email) = ANY ($1)"
ENROL = """
INSERT INTO class_members (class_id, student_id)
SELECT $1, student_id FROM unnest($2::uuid[]) AS known (student_id)
 WHERE NOT EXISTS (SELECT FROM class_leavers l WHERE l.class_id = $1 AND l.student_id = known.student_id)
ON CONFLICT DO NOTHING RETURNING student_id
"""
EXPECT = """
INSERT INTO roster_entries AS r (class_id, email, name) SELECT $1, * FROM unnest($2::text[], $3::text[])
ON CONFLICT (class_id, email) DO UPDATE SET name = excluded.name RETURNING email, (xmax = 0) AS new
"""
COME = """
WITH expected AS (DELETE FROM roster_entries WHERE email = lower($2) RETURNING class_id)
INSERT INTO class_members (class_id, student_id) SELECT class_id, $1 FROM expected ON CONFLICT DO NOTHING
"""
EXPECTED = """
SELECT email, name, invited_at FROM roster_entries WHERE class_id = $1 AND ($2::text IS NULL OR email > $2)
 ORDER BY email LIMIT $3
"""
LEFT = "SELECT student_id FROM class_leavers WHERE class_id = $1 AND student_id = ANY ($2)"
LEAVE = """
WITH gone AS (
    DELETE FROM class_members m USING classes c
     WHERE m.class_id = $1 AND m.student_id = $2 AND c.class_id = m.class_id
       AND ($3 = m.student_id OR $3 IN (SELECT l.teacher_id FROM class_leads l WHERE l.class_id = $1))
    RETURNING m.class_id, m.student_id
), noted AS (
    INSERT INTO class_leavers (class_id, student_id) SELECT class_id, student_id FROM gone
    ON CONFLICT (class_id, student_id) DO UPDATE SET left_at = clock_timestamp()
)
SELECT l.teacher_id, EXISTS (
    SELECT FROM class_members m JOIN class_leads o USING (class_id)
     WHERE m.student_id = $2 AND m.class_id <> $1 AND o.teacher_id = l.teacher_id) AS still_taught
  FROM gone JOIN class_leads l USING (class_id)
"""
UNEXPECT = "DELETE FROM roster_entries WHERE class_id = $1 AND email = lower($2) RETURNING true"
FORGET = "DELETE FROM roster_entries WHERE invited_at < $1"


async def enter(
    db: Connection, class_id: UUID, teacher_id: UUID, entries: Sequence[Entry], request_id: str
) -> dict[str, Became]:
    """Put known students into a class and expect the unknown ones; tells what became of each address.

    The teacher hears of alerts that are open, and the students see who put them there.
    """
    names = {one.email: one.name for one in entries}
    known = {row["email"]: row for row in await db.fetch(KNOWN, list(names))}
    students = {row["user_id"]: email for email, row in known.items() if row["role"] == "student"}
    entered = [row["student_id"] for row in await db.fetch(ENROL, class_id, sorted(students))]
    gone = {row["student_id"] for row in await db.fetch(LEFT, class_id, sorted(students))}
    await classes.viewed(db, teacher_id, entered, "put into a class", request_id)
    for student_id in entered:
        for lead in await staff.leads(db, class_id):
            await tell_who_joined(db, student_id, lead)
    unknown = sorted(set(names) - set(known))
    invited = await db.fetch(EXPECT, class_id, unknown, [names[email] for email in unknown])
    became: dict[str, Became] = {
        **{email: "refused" for email, row in known.items() if row["role"] != "student"},
        **{email: "enrolled" if student in entered else "unchanged" for student, email in students.items()},
        **{students[student]: "left" for student in gone},
        **{row["email"]: "invited" if row["new"] else "unchanged" for row in invited},
    }
    return became


async def come(db: Connection, student_id: UUID, email: str) -> None:
    """Put a student who has just signed up into the classes they are expected in."""
    await db.execute(COME, student_id, email)


async def expected(db: Connection, class_id: UUID, after: str | None, limit: int) -> list[Record]:
    """List who has not signed up yet, by e-mail address, and one more than the limit."""
    return await db.fetch(EXPECTED, class_id, after, limit + 1)


async def unexpect(db: Connection, class_id: UUID, email: str) -> None:
    """Expect an address no longer; raises NotFound when nobody expects it."""
    if not await db.fetchval(UNEXPECT, class_id, email):
        raise NotFound("nobody with this address is expected")


async def leave(db: Connection, class_id: UUID, student_id: UUID, who: UUID) -> None:
    """Take a student out of a class; raises NotFound unless it is oneself, or one's own class.

    What the teacher was told of them goes with it, and a roster does not bring them back.
    """
    gone = await db.fetch(LEAVE, class_id, student_id, who)
    if not gone:
        raise NotFound("there is no such student in this class")
    for row in gone:
        if not row["still_taught"]:
            await personal_data.told_of(db, row["teacher_id"], student_id)


async def forget(db: Connection, now: datetime) -> None:
    """Forget who was expected for half a year."""
    await db.execute(FORGET, now - KEPT)
