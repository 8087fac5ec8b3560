"""Quizzes as their student looks back at them."""

from __future__ import annotations

from uuid import UUID

from asyncpg import Record

from functions.gateway.cursors import Place
from functions.gateway.paging import after
from functions.runtime.database import Connection

NEWEST = """
SELECT quiz_id, topic, jsonb_array_length(questions) AS questions, created_at, graded_at,
       CASE WHEN result IS NULL THEN 'open' ELSE 'graded' END AS status,
       (result ->> 'score')::double precision AS score, (result ->> 'passed')::boolean AS passed
  FROM quizzes
 WHERE student_id = $1 AND ($2::timestamptz IS NULL OR (created_at, quiz_id) < ($2, $3::uuid))
   AND ($4::text IS NULL OR topic = $4) AND ($5::text IS NULL OR (result IS NULL) = ($5 = 'open'))
 ORDER BY created_at DESC, quiz_id DESC LIMIT $6
"""


async def newest(
    db: Connection, student_id: UUID, place: Place | None, topic: str | None, status: str | None, limit: int
) -> list[Record]:
    """List a student's quizzes, newest first, and one more than the limit."""
    return await db.fetch(NEWEST, student_id, *after(place), topic, status, limit + 1)
