"""Exercises as their students see them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.cursors import Place
from functions.gateway.errors import NotFound
from functions.gateway.paging import after
from functions.runtime.database import Connection

WRITE = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, variation_of, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
OWNED = "SELECT true FROM exercises WHERE exercise_id = $1 AND student_id = $2"
FIELDS = """
SELECT exercise_id, status, topic, difficulty, title, instructions, starter_code, examples, created_at
  FROM exercises
"""
ONE = FIELDS + " WHERE exercise_id = $1 AND student_id = $2"
NEWEST = (
    FIELDS
    + """
 WHERE student_id = $1 AND ($2::timestamptz IS NULL OR (created_at, exercise_id) < ($2, $3::uuid))
   AND ($4::text IS NULL OR topic = $4) AND ($5::text IS NULL OR difficulty = $5)
 ORDER BY created_at DESC, exercise_id DESC LIMIT $6
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
    if variation_of is not None and not await db.fetchval(OWNED, variation_of, student_id):
        raise NotFound("there is no such exercise", field="variation_of")
    await db.execute(WRITE, exercise_id, student_id, topic, difficulty, variation_of, now)


async def owned(db: Connection, exercise_id: UUID, student_id: UUID) -> None:
    """Raise NotFound unless an exercise is the student's."""
    if not await db.fetchval(OWNED, exercise_id, student_id):
        raise NotFound("there is no such exercise", field="exercise_id")


async def one(db: Connection, exercise_id: UUID, student_id: UUID) -> dict[str, Any]:
    """Read an exercise; raises NotFound unless it is the student's."""
    row = await db.fetchrow(ONE, exercise_id, student_id)
    if row is None:
        raise NotFound("there is no such exercise")
    return shown(dict(row))


async def newest(
    db: Connection,
    student_id: UUID,
    place: Place | None,
    topic: str | None,
    difficulty: str | None,
    limit: int,
) -> list[Record]:
    """List a student's exercises, and one more than the limit."""
    return await db.fetch(NEWEST, student_id, *after(place), topic, difficulty, limit + 1)


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Read the examples."""
    return {**row, "examples": json.loads(row["examples"])}
