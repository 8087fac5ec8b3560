"""Classes and their members."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.cursors import Place
from functions.gateway.errors import Forbidden, NotFound
from functions.gateway.paging import after
from functions.runtime.database import Connection

ASSISTANT = "assistants of a class may look and comment, and nothing else"
WRITE = """
INSERT INTO classes (class_id, teacher_id, name, join_code, created_at) VALUES ($1, $2, $3, $4, $5)
RETURNING class_id, name, join_code, created_at, 0 AS students
"""
JOIN = """
WITH joined AS (
    INSERT INTO class_members (class_id, student_id)
    SELECT class_id, $2 FROM classes WHERE join_code = $1 AND joining AND archived_at IS NULL
    ON CONFLICT DO NOTHING RETURNING true
), back AS (
    DELETE FROM class_leavers l USING classes c
     WHERE c.join_code = $1 AND c.joining AND c.archived_at IS NULL
       AND l.class_id = c.class_id AND l.student_id = $2
)
SELECT class_id, name, created_at, join_code, EXISTS (SELECT FROM joined) AS new
  FROM classes WHERE join_code = $1 AND joining AND archived_at IS NULL
"""
TAUGHT = """
SELECT class_id, name, join_code, created_at, role, joining, archived_at,
       (SELECT count(*) FROM class_members m WHERE m.class_id = c.class_id) AS students
  FROM class_staff c
 WHERE teacher_id = $1 AND (archived_at IS NOT NULL) = $5
   AND ($2::timestamptz IS NULL OR (created_at, class_id) < ($2, $3::uuid))
 ORDER BY created_at DESC, class_id DESC LIMIT $4
"""
JOINED = """
SELECT c.class_id, c.name, c.created_at, m.joined_at FROM class_members m JOIN classes c USING (class_id)
 WHERE m.student_id = $1 AND ($2::timestamptz IS NULL OR (m.joined_at, c.class_id) < ($2, $3::uuid))
 ORDER BY m.joined_at DESC, c.class_id DESC LIMIT $4
"""
SEEN = """
SELECT class_id, name, join_code, created_at, role, joining, archived_at,
       (SELECT count(*) FROM class_members m WHERE m.class_id = c.class_id) AS students
  FROM class_staff c WHERE class_id = $1 AND teacher_id = $2
"""
TEACHES = """
SELECT bool_or(c.role <> 'assistant') FROM class_members m JOIN class_staff c USING (class_id)
 WHERE m.student_id = $2 AND c.teacher_id = $1
"""
VIEWED = """
INSERT INTO student_views (viewer_id, student_id, what, request_id) SELECT $1, unnest($2::uuid[]), $3, $4
"""


# The names of those who looked are not a secret to whom they looked at.
VIEWS = """
SELECT v.view_id, v.viewer_id, u.display_name, v.what, v.viewed_at, v.request_id
  FROM student_views v LEFT JOIN users u ON u.user_id = v.viewer_id
 WHERE v.student_id = $1 AND ($2::timestamptz IS NULL OR (v.viewed_at, v.view_id) < ($2, $3::bigint))
 ORDER BY v.viewed_at DESC, v.view_id DESC LIMIT $4
"""


async def write(
    db: Connection, class_id: UUID, teacher_id: UUID, name: str, join_code: str, now: datetime
) -> dict[str, Any]:
    """Write a new class."""
    row = await db.fetchrow(WRITE, class_id, teacher_id, name, join_code, now)
    return dict(row or {})


async def join(db: Connection, join_code: str, student_id: UUID) -> Record:
    """Put a student in a class, which may be new to them or not; raises NotFound for an unknown code."""
    row = await db.fetchrow(JOIN, join_code, student_id)
    if row is None:
        raise NotFound("no class has this code", field="join_code")
    return row


async def taught(
    db: Connection, teacher_id: UUID, place: Place | None, limit: int, *, archived: bool = False
) -> list[Record]:
    """List a teacher's classes, newest first, and one more than the limit; those put away, or the others."""
    return await db.fetch(TAUGHT, teacher_id, *after(place), limit + 1, archived)


async def joined(db: Connection, student_id: UUID, place: Place | None, limit: int) -> list[Record]:
    """List the classes a student is in, joined last first; their codes are the teacher's to give out."""
    return await db.fetch(JOINED, student_id, *after(place), limit + 1)


async def seen(db: Connection, class_id: UUID, teacher_id: UUID) -> Record:
    """Read a class; raises NotFound unless the teacher is one of its staff."""
    row = await db.fetchrow(SEEN, class_id, teacher_id)
    if row is None:
        raise NotFound("there is no such class")
    return row


async def led(db: Connection, class_id: UUID, teacher_id: UUID) -> Record:
    """Read a class; raises NotFound as `seen` does, and Forbidden for an assistant."""
    row = await seen(db, class_id, teacher_id)
    if row["role"] == "assistant":
        raise Forbidden(ASSISTANT)
    return row


async def require_teacher_of(db: Connection, teacher_id: UUID, student_id: UUID) -> None:
    """Raise NotFound unless the student is in a class of the teacher, Forbidden for an assistant of it."""
    if not await teaches(db, teacher_id, student_id):
        raise Forbidden(ASSISTANT)


async def teaches(db: Connection, teacher_id: UUID, student_id: UUID) -> bool:
    """Whether a teacher leads a class of the student, not only assists; raises NotFound for neither."""
    leads: bool | None = await db.fetchval(TEACHES, teacher_id, student_id)
    if leads is None:
        raise NotFound("there is no such student")
    return leads


async def require_view(
    db: Connection, viewer_id: UUID, role: str, student_id: UUID, what: str, request_id: str
) -> None:
    """Raise NotFound unless the student is oneself or in a class of one's own; keep who looked at whom."""
    if viewer_id == student_id:
        return
    if role != "teacher":
        raise NotFound("there is no such student")
    await teaches(db, viewer_id, student_id)
    await viewed(db, viewer_id, [student_id], what, request_id)


async def viewed(db: Connection, viewer_id: UUID, students: list[UUID], what: str, request_id: str) -> None:
    """Keep who looked at whom."""
    if students:
        await db.execute(VIEWED, viewer_id, students, what, request_id)


async def views(
    db: Connection, student_id: UUID, before: tuple[datetime, int] | None, limit: int
) -> list[Record]:
    """List who looked at a student, the latest first, and one more than the limit."""
    at, view_id = before or (None, None)
    return await db.fetch(VIEWS, student_id, at, view_id, limit + 1)
