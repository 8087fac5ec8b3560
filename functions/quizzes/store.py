"""Quizzes that were given, and their results."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.runtime.database import Connection

REMEMBERED = 40
SEEN = """
SELECT questions FROM quizzes WHERE student_id = $1 AND topic = $2 ORDER BY created_at DESC LIMIT $3
"""
WRITE = """
INSERT INTO quizzes (quiz_id, student_id, topic, seed, questions, created_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING
"""
SHOW = "SELECT quiz_id, topic, seed, questions, result FROM quizzes WHERE quiz_id = $1 AND student_id = $2"
# Locked, so that of two submissions at once the second sees the result of the first.
ONE = """
SELECT topic, seed, questions, answers, result FROM quizzes WHERE quiz_id = $1 AND student_id = $2 FOR UPDATE
"""
SO_FAR = "UPDATE quizzes SET answers = $2 WHERE quiz_id = $1 AND result IS NULL"
LAST = """
SELECT quiz_id, topic, seed, questions, result FROM quizzes
 WHERE student_id = $1 AND result IS NOT NULL AND ($2::text IS NULL OR topic = $2)
 ORDER BY graded_at DESC LIMIT 1
"""
GRADE = "UPDATE quizzes SET answers = $2, result = $3, graded_at = $4 WHERE quiz_id = $1"


async def seen(db: Connection, student_id: UUID, topic: str) -> list[str]:
    """List the questions a student was asked of a topic, the latest first."""
    rows = await db.fetch(SEEN, student_id, topic, REMEMBERED)
    return list(dict.fromkeys(question for row in rows for question in json.loads(row["questions"])))


async def write(
    db: Connection,
    quiz_id: UUID,
    student_id: UUID,
    topic: str,
    seed: int,
    questions: Sequence[str],
    now: datetime,
) -> None:
    """Keep what was asked."""
    await db.execute(WRITE, quiz_id, student_id, topic, seed, json.dumps(questions), now)


async def one(db: Connection, quiz_id: UUID, student_id: UUID) -> Record | None:
    """Read and lock a quiz; None unless it is the student's."""
    return await db.fetchrow(ONE, quiz_id, student_id)


async def show(db: Connection, quiz_id: UUID, student_id: UUID) -> Record | None:
    """Read a quiz; None unless it is the student's."""
    return await db.fetchrow(SHOW, quiz_id, student_id)


async def last_graded(db: Connection, student_id: UUID, topic: str | None) -> Record | None:
    """Read the quiz that was handed in last, of a topic if one is named."""
    return await db.fetchrow(LAST, student_id, topic)


async def keep_so_far(db: Connection, quiz_id: UUID, answers: Mapping[str, int]) -> None:
    """Keep the answers that were given so far."""
    await db.execute(SO_FAR, quiz_id, json.dumps(answers))


async def keep(
    db: Connection, quiz_id: UUID, answers: Mapping[str, int], result: Mapping[str, Any], now: datetime
) -> None:
    """Keep answers and result."""
    await db.execute(GRADE, quiz_id, json.dumps(answers), json.dumps(result), now)
