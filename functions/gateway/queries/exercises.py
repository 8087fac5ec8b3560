"""Exercises as their students see them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.cursors import Place
from functions.gateway.errors import NotFound
from functions.gateway.models.work import Wanted
from functions.gateway.paging import after
from functions.runtime.database import Connection

WRITE = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, variation_of, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
OWNED = "SELECT true FROM exercises WHERE exercise_id = $1 AND student_id = $2"
ASSIGN = """
INSERT INTO assignments (exercise_id, student_id, teacher_id, note, assigned_at) VALUES ($1, $2, $3, $4, $5)
"""
FIELDS = """
SELECT e.exercise_id, e.status, e.topic, e.difficulty, e.title, e.instructions, e.starter_code, e.examples,
       e.concepts, e.note, e.created_at,
       CASE WHEN a.exercise_id IS NOT NULL THEN
            jsonb_build_object('by', t.display_name, 'note', a.note, 'at', a.assigned_at) END AS assigned,
       NOT EXISTS (SELECT FROM assigned_students s JOIN class_assignments c USING (assignment_id)
                    WHERE s.exercise_id = e.exercise_id AND s.student_id = e.student_id
                      AND NOT c.hints) AS hints,
       (SELECT jsonb_build_object('submissions', count(*), 'score', max(g.score),
                                  'passed', bool_or(g.passed = g.total))
          FROM grades g WHERE g.exercise_id = e.exercise_id HAVING count(*) > 0) AS best
  FROM exercises e LEFT JOIN assignments a USING (exercise_id) LEFT JOIN users t ON t.user_id = a.teacher_id
"""
ONE = FIELDS + " WHERE e.exercise_id = $1 AND e.student_id = $2"
NEWEST = (
    FIELDS
    + """
 WHERE e.student_id = $1 AND ($2::timestamptz IS NULL OR (e.created_at, e.exercise_id) < ($2, $3::uuid))
   AND ($4::text IS NULL OR e.topic = $4) AND ($5::text IS NULL OR e.difficulty = $5)
   AND ($6::boolean IS NULL OR (a.exercise_id IS NOT NULL) = $6)
 ORDER BY e.created_at DESC, e.exercise_id DESC LIMIT $7
"""
)


async def write(
    db: Connection,
    exercise_id: UUID,
    student_id: UUID,
    topic: str,
    difficulty: str,
    variation_of: UUID | None,
    now: datetime,
) -> None:
    """Write an exercise that is to be made; raises NotFound unless the one it varies is the student's."""
    if variation_of is not None and not await has(db, variation_of, student_id):
        raise NotFound("there is no such exercise", field="variation_of")
    await db.execute(WRITE, exercise_id, student_id, topic, difficulty, variation_of, now)


async def has(db: Connection, exercise_id: UUID, student_id: UUID) -> bool:
    """Whether an exercise is the student's."""
    return bool(await db.fetchval(OWNED, exercise_id, student_id))


async def owned(db: Connection, exercise_id: UUID, student_id: UUID) -> None:
    """Raise NotFound unless an exercise is the student's."""
    if not await has(db, exercise_id, student_id):
        raise NotFound("there is no such exercise", field="exercise_id")


async def one(db: Connection, exercise_id: UUID, student_id: UUID) -> dict[str, Any]:
    """Read an exercise; raises NotFound unless it is the student's."""
    row = await db.fetchrow(ONE, exercise_id, student_id)
    if row is None:
        raise NotFound("there is no such exercise")
    return shown(dict(row))


async def assign(
    db: Connection, exercise_id: UUID, student_id: UUID, teacher_id: UUID, note: str | None, now: datetime
) -> None:
    """Keep that a teacher gave an exercise, which was written before."""
    await db.execute(ASSIGN, exercise_id, student_id, teacher_id, note, now)


async def newest(
    db: Connection, student_id: UUID, place: Place | None, wanted: Wanted, limit: int
) -> list[Record]:
    """List a student's exercises, and one more than the limit."""
    filters = (wanted.topic, wanted.difficulty, wanted.assigned)
    return await db.fetch(NEWEST, student_id, *after(place), *filters, limit + 1)


def veiled(found: dict[str, Any], withheld: frozenset[UUID]) -> dict[str, Any]:
    """Take out the best result where a teacher shows the scores later."""
    return found | {"best": None} if found["exercise_id"] in withheld else found


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Read examples, who gave it, and the best result."""
    parts = {
        name: json.loads(row[name]) for name in ("examples", "assigned", "best") if row[name] is not None
    }
    return row | parts
