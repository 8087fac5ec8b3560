"""Exercises and quizzes as students get them from an assignment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.queries.assignments import FOR_THEM, HAVE_IT
from functions.runtime.database import Connection

TO_GIVE = f"""
SELECT a.assignment_id, a.teacher_id, a.title, a.exercise_id, a.quiz_id, a.topic, a.difficulty, a.concept,
       m.student_id {HAVE_IT}
 WHERE ($1::uuid IS NULL OR m.student_id = $1) AND ($2::uuid IS NULL OR a.assignment_id = $2)
   AND (a.opens IS NULL OR a.opens <= $3) AND {FOR_THEM} AND s.exercise_id IS NULL AND s.quiz_id IS NULL
 ORDER BY m.student_id, a.assignment_id
"""
# Of two at once the second finds it given.
GIVE = """
INSERT INTO assigned_students AS s (assignment_id, student_id, exercise_id, quiz_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (assignment_id, student_id) DO UPDATE
   SET exercise_id = excluded.exercise_id, quiz_id = excluded.quiz_id
 WHERE s.exercise_id IS NULL AND s.quiz_id IS NULL RETURNING true
"""
TITLES = """
SELECT a.exercise_id, coalesce(a.content ->> 'title', '') AS title, a.content ->> 'topic' AS topic,
       a.content ->> 'difficulty' AS difficulty, true AS ready
  FROM authored_exercises a
 WHERE a.exercise_id = $1 AND a.status = 'published' AND (a.teacher_id = $2 OR a.shared)
UNION ALL
SELECT e.exercise_id, e.title, e.topic, e.difficulty, e.status = 'ready'
  FROM exercises e
 WHERE e.exercise_id = $1 AND (e.student_id = $2 OR EXISTS (
       SELECT FROM class_members m JOIN class_leads c USING (class_id)
        WHERE m.student_id = e.student_id AND c.teacher_id = $2))
"""
COPY_EXERCISE = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, status, origin, bank_id, seed,
                       content_hash, title, instructions, starter_code, examples, solution, tests, concepts,
                       created_at, ready_at)
SELECT $1, $2, topic, difficulty, 'ready', origin, bank_id, seed, content_hash, title, instructions,
       starter_code, examples, solution, tests, concepts, $4, $4
  FROM exercises WHERE exercise_id = $3 AND status = 'ready'
ON CONFLICT (exercise_id) DO NOTHING RETURNING topic, difficulty, origin
"""
COPY_QUIZ = """
INSERT INTO quizzes (quiz_id, student_id, topic, seed, questions, created_at)
SELECT $1, $2, topic, seed, questions, $4 FROM quizzes WHERE quiz_id = $3
ON CONFLICT (quiz_id) DO NOTHING RETURNING topic
"""
# Given once to a student in whatever way, an exercise shows who gave it.
SIGN = """
INSERT INTO assignments (exercise_id, student_id, teacher_id, note, assigned_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (exercise_id) DO NOTHING
"""
QUIZ = "SELECT topic FROM quizzes WHERE quiz_id = $1 AND student_id = $2"


async def to_give(
    db: Connection, now: datetime, *, student_id: UUID | None = None, assignment_id: UUID | None = None
) -> list[Record]:
    """List what is open and not yet a student's own: of a student, or of an assignment."""
    return await db.fetch(TO_GIVE, student_id, assignment_id, now)


async def give(
    db: Connection, assignment_id: UUID, student_id: UUID, exercise_id: UUID | None, quiz_id: UUID | None
) -> bool:
    """Keep what a student got; False when they have it already."""
    return bool(await db.fetchval(GIVE, assignment_id, student_id, exercise_id, quiz_id))


async def exercise(db: Connection, exercise_id: UUID, teacher_id: UUID) -> Record | None:
    """Read what a teacher can give: their own, a shared one, one of a student's; None for another."""
    return await db.fetchrow(TITLES, exercise_id, teacher_id)


async def quiz_topic(db: Connection, quiz_id: UUID, teacher_id: UUID) -> str | None:
    """Read the topic of a quiz of the teacher's own; None for another."""
    topic: str | None = await db.fetchval(QUIZ, quiz_id, teacher_id)
    return topic


async def copy_exercise(
    db: Connection, own_id: UUID, student_id: UUID, exercise_id: UUID, now: datetime
) -> Record | None:
    """Make a student's own exercise like another; None when it is there already, or the other is gone."""
    return await db.fetchrow(COPY_EXERCISE, own_id, student_id, exercise_id, now)


async def copy_quiz(db: Connection, own_id: UUID, student_id: UUID, quiz_id: UUID, now: datetime) -> bool:
    """Make a student's own quiz like another; False when the other is gone."""
    return await db.fetchval(COPY_QUIZ, own_id, student_id, quiz_id, now) is not None


async def sign(db: Connection, row: Mapping[str, Any], exercise_id: UUID, now: datetime) -> None:
    """Keep who gave an exercise."""
    await db.execute(SIGN, exercise_id, row["student_id"], row["teacher_id"], row["title"], now)
