"""Who teaches a class beside its owner, and what changes of a class."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from functions.gateway.errors import Conflict, Forbidden, NotFound
from functions.gateway.queries import classes, personal_data
from functions.runtime.database import Connection

OWNER = "this is for the owner of the class"
LEADS = "SELECT teacher_id FROM class_leads WHERE class_id = $1 ORDER BY teacher_id"
STAFF = """
SELECT s.teacher_id, u.display_name, s.role FROM class_staff s JOIN users u ON u.user_id = s.teacher_id
 WHERE s.class_id = $1 ORDER BY s.role <> 'owner', lower(u.display_name), s.teacher_id
"""
SEES = """
SELECT true FROM class_staff WHERE class_id = $1 AND teacher_id = $2
UNION ALL SELECT true FROM class_members WHERE class_id = $1 AND student_id = $2 LIMIT 1
"""
TEACHER = "SELECT user_id, display_name FROM users WHERE lower(email) = lower($1) AND role = 'teacher'"
ADD = """
INSERT INTO class_teachers (class_id, teacher_id, role, added_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (class_id, teacher_id) DO UPDATE SET role = excluded.role
"""
REMOVE = "DELETE FROM class_teachers WHERE class_id = $1 AND teacher_id = $2 RETURNING true"
# Whom a teacher leads no longer: what they were told of these students goes.
TAUGHT_NO_LONGER = """
SELECT m.student_id FROM class_members m
 WHERE m.class_id = $1 AND NOT EXISTS (
       SELECT FROM class_members o JOIN class_leads l USING (class_id)
        WHERE o.student_id = m.student_id AND l.teacher_id = $2)
"""
CHANGE = """
UPDATE classes SET name = coalesce($2, name), join_code = coalesce($3, join_code),
                   joining = coalesce($4, joining),
                   archived_at = CASE WHEN $5::boolean THEN coalesce(archived_at, $6)
                                      WHEN NOT $5 THEN NULL ELSE archived_at END
 WHERE class_id = $1
"""
MEMBERS = "SELECT student_id FROM class_members WHERE class_id = $1 ORDER BY student_id"
DELETE = "DELETE FROM classes WHERE class_id = $1"


async def leads(db: Connection, class_id: UUID) -> list[UUID]:
    """List the teachers who decide things in a class and hear of alerts."""
    return [row["teacher_id"] for row in await db.fetch(LEADS, class_id)]


async def staff_of(db: Connection, class_id: UUID, viewer_id: UUID) -> list[Record]:
    """List who teaches a class; raises NotFound unless one is in it."""
    if not await db.fetchval(SEES, class_id, viewer_id):
        raise NotFound("there is no such class")
    return await db.fetch(STAFF, class_id)


async def require_owner(db: Connection, class_id: UUID, teacher_id: UUID) -> None:
    """Raise NotFound unless the teacher is of the staff, Forbidden unless they own the class."""
    if (await classes.seen(db, class_id, teacher_id))["role"] != "owner":
        raise Forbidden(OWNER)


async def add(db: Connection, class_id: UUID, owner_id: UUID, email: str, role: str, now: datetime) -> Record:
    """Share a class with a teacher, or change their role; gives who they are."""
    await require_owner(db, class_id, owner_id)
    found = await db.fetchrow(TEACHER, email)
    if found is None:
        raise NotFound("no teacher has this address", field="email")
    if found["user_id"] == owner_id:
        raise Conflict("this is the owner of the class", field="email")
    await db.execute(ADD, class_id, found["user_id"], role, now)
    await forget_told(db, class_id, found["user_id"])
    return found


async def remove(db: Connection, class_id: UUID, teacher_id: UUID, who: UUID) -> None:
    """End that a teacher shares a class: the owner's doing, or their own; the owner stays."""
    if who != teacher_id:
        await require_owner(db, class_id, who)
    else:
        await classes.seen(db, class_id, who)
    if not await db.fetchval(REMOVE, class_id, teacher_id):
        raise NotFound("there is no such teacher beside the owner")
    await forget_told(db, class_id, teacher_id)


async def forget_told(db: Connection, class_id: UUID, teacher_id: UUID) -> None:
    """Erase what a teacher was told of students whom they lead no longer."""
    for row in await db.fetch(TAUGHT_NO_LONGER, class_id, teacher_id):
        await personal_data.told_of(db, teacher_id, row["student_id"])


async def change(
    db: Connection,
    class_id: UUID,
    name: str | None,
    join_code: str | None,
    joining: bool | None,
    archived: bool | None,
    now: datetime,
) -> None:
    """Change a class; None leaves things as they are."""
    await db.execute(CHANGE, class_id, name, join_code, joining, archived, now)


async def delete(db: Connection, class_id: UUID, owner_id: UUID) -> None:
    """Delete a class of one's own; what its teachers were told of its students goes with it."""
    await require_owner(db, class_id, owner_id)
    members = [row["student_id"] for row in await db.fetch(MEMBERS, class_id)]
    teachers = await leads(db, class_id)
    await db.execute(DELETE, class_id)
    for teacher_id in teachers:
        for student_id in members:
            if await db.fetchval(classes.TEACHES, teacher_id, student_id) is None:
                await personal_data.told_of(db, teacher_id, student_id)
