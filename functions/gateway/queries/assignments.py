"""Assignments as they are kept: for a class, for a student, and by what is handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.deadlines import Terms
from functions.gateway.errors import NotFound
from functions.runtime.database import Connection

MISSING = "there is no such assignment"
LISTED = 500
WRITE = """
INSERT INTO class_assignments (assignment_id, class_id, teacher_id, title, exercise_id, quiz_id, topic,
                               difficulty, concept, chosen, opens, due, late, percent_a_day, late_until,
                               attempts, hints, show_score, created_at)
SELECT a.assignment_id, a.class_id, a.teacher_id, a.title, a.exercise_id, a.quiz_id, a.topic, a.difficulty,
       a.concept, a.chosen, a.opens, a.due, a.late, a.percent_a_day, a.late_until, a.attempts, a.hints,
       a.show_score, a.created_at FROM jsonb_populate_record(NULL::class_assignments, $1::jsonb) AS a
ON CONFLICT (assignment_id) DO UPDATE
   SET title = excluded.title, chosen = excluded.chosen, opens = excluded.opens, due = excluded.due,
       late = excluded.late, percent_a_day = excluded.percent_a_day, late_until = excluded.late_until,
       attempts = excluded.attempts, hints = excluded.hints, show_score = excluded.show_score
"""
OF_TEACHER = """
SELECT a.*, c.name AS class_name FROM class_assignments a JOIN class_leads c USING (class_id)
 WHERE a.assignment_id = $1 AND c.teacher_id = $2 FOR UPDATE OF a
"""
OF_CLASS = "SELECT true FROM class_assignments WHERE assignment_id = $1 AND class_id = $2"
DELETE = "DELETE FROM class_assignments WHERE assignment_id = $1"
MEMBERS = "SELECT student_id FROM class_members WHERE class_id = $1 AND student_id = ANY ($2::uuid[])"
CHOOSE = """
INSERT INTO assigned_students (assignment_id, student_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING
"""
UNCHOOSE = """
DELETE FROM assigned_students WHERE assignment_id = $1 AND NOT student_id = ANY ($2::uuid[])
"""
HAVE_IT = """
  FROM class_assignments a JOIN class_members m USING (class_id)
  LEFT JOIN assigned_students s ON s.assignment_id = a.assignment_id AND s.student_id = m.student_id
"""
FOR_THEM = "(NOT a.chosen OR s.student_id IS NOT NULL)"
STUDENTS = f"""
SELECT m.student_id {HAVE_IT} WHERE a.assignment_id = $1 AND {FOR_THEM} ORDER BY m.student_id
"""
EXTEND = """
INSERT INTO assigned_students AS s (assignment_id, student_id, due) VALUES ($1, $2, $3)
ON CONFLICT (assignment_id, student_id) DO UPDATE SET due = excluded.due
"""
OWN_TERMS = """
       a.opens, coalesce(s.due, a.due) AS due, a.late, a.percent_a_day, a.late_until, a.attempts
"""
# What students made their own from a teacher's exercise before it was given belongs to it as well.
RULES_OF_EXERCISE = f"""
SELECT {OWN_TERMS},
       (SELECT count(*) FROM submissions h WHERE h.student_id = $2 AND h.exercise_id = $1) AS times
  {HAVE_IT}
 WHERE m.student_id = $2 AND {FOR_THEM} AND (s.exercise_id = $1 OR a.exercise_id = (
       SELECT e.authored_id FROM exercises e WHERE e.exercise_id = $1))
"""
HOLD_EXERCISE = "SELECT true FROM exercises WHERE exercise_id = $1 AND student_id = $2 FOR NO KEY UPDATE"
RULES_OF_QUIZ = f"""
SELECT {OWN_TERMS}, 0 AS times, a.show_score {HAVE_IT}
 WHERE m.student_id = $2 AND {FOR_THEM} AND s.quiz_id = $1
"""
WITHHELD = f"""
SELECT coalesce(s.exercise_id, s.quiz_id) AS id {HAVE_IT}
 WHERE m.student_id = $1 AND NOT a.show_score AND coalesce(s.exercise_id, s.quiz_id) IS NOT NULL
"""
OF_STUDENT = f"""
SELECT a.assignment_id, a.class_id, c.name AS class_name, a.title, a.topic, a.difficulty, a.concept,
       a.hints, a.show_score, a.created_at, s.exercise_id, s.quiz_id, {OWN_TERMS},
       h.times, h.first_at, h.passed, h.tries
  {HAVE_IT} JOIN classes c ON c.class_id = a.class_id
  LEFT JOIN LATERAL (
       SELECT count(*) AS times, min(w.created_at) AS first_at, bool_or(g.passed = g.total) AS passed,
              coalesce(jsonb_agg(jsonb_build_array(w.created_at, g.score))
                       FILTER (WHERE g.score IS NOT NULL), '[]') AS tries
         FROM submissions w LEFT JOIN grades g USING (submission_id)
        WHERE w.student_id = m.student_id AND w.exercise_id = s.exercise_id
       HAVING count(*) > 0 UNION ALL
       SELECT 1, q.graded_at, true, jsonb_build_array(jsonb_build_array(q.graded_at, q.result -> 'score'))
         FROM quizzes q WHERE q.quiz_id = s.quiz_id AND q.graded_at IS NOT NULL) h ON true
 WHERE m.student_id = $1 AND {FOR_THEM} AND ($2::uuid IS NULL OR a.class_id = $2)
 ORDER BY due NULLS LAST, a.created_at DESC LIMIT {LISTED}
"""
TAUGHT = f"""
SELECT a.*, c.name AS class_name, n.students, n.handed_in
  FROM class_assignments a JOIN class_staff c USING (class_id)
  JOIN LATERAL (
       SELECT count(*) AS students, count(*) FILTER (WHERE EXISTS (
                  SELECT FROM submissions w
                   WHERE w.student_id = m.student_id AND w.exercise_id = s.exercise_id)
               OR EXISTS (SELECT FROM quizzes q WHERE q.quiz_id = s.quiz_id AND q.graded_at IS NOT NULL)
              ) AS handed_in
         FROM class_members m LEFT JOIN assigned_students s
              ON s.assignment_id = a.assignment_id AND s.student_id = m.student_id
        WHERE m.class_id = a.class_id AND {FOR_THEM}) n ON true
 WHERE c.teacher_id = $1 AND ($2::uuid IS NULL OR a.class_id = $2)
 ORDER BY a.due NULLS LAST, a.created_at DESC LIMIT {LISTED}
"""


async def write(db: Connection, fields: str) -> None:
    """Write an assignment from JSON, or what changes of it."""
    await db.execute(WRITE, fields)


async def owned(db: Connection, assignment_id: UUID, teacher_id: UUID) -> Record:
    """Read an assignment and hold it; raises NotFound unless the teacher teaches its class."""
    row = await db.fetchrow(OF_TEACHER, assignment_id, teacher_id)
    if row is None:
        raise NotFound(MISSING)
    return row


async def require_of_class(db: Connection, assignment_id: UUID, class_id: UUID) -> None:
    """Raise NotFound unless an assignment is of this class."""
    if not await db.fetchval(OF_CLASS, assignment_id, class_id):
        raise NotFound(MISSING, field="assignment_id")


async def delete(db: Connection, assignment_id: UUID) -> None:
    """Take an assignment back; what students have of it stays theirs."""
    await db.execute(DELETE, assignment_id)


async def members(db: Connection, class_id: UUID, students: Sequence[UUID]) -> set[UUID]:
    """Say which of these students are in a class."""
    return {row["student_id"] for row in await db.fetch(MEMBERS, class_id, list(students))}


async def choose(db: Connection, assignment_id: UUID, students: Sequence[UUID]) -> None:
    """Say whom it is for: these students and no others."""
    await db.execute(UNCHOOSE, assignment_id, list(students))
    await db.execute(CHOOSE, assignment_id, list(students))


async def whom(db: Connection, assignment_id: UUID) -> list[UUID]:
    """List whom it is for."""
    return [row["student_id"] for row in await db.fetch(STUDENTS, assignment_id)]


async def extend(db: Connection, assignment_id: UUID, student_id: UUID, due: datetime) -> None:
    """Give a student a due date of their own."""
    await db.execute(EXTEND, assignment_id, student_id, due)


async def rules_of_exercise(db: Connection, exercise_id: UUID, student_id: UUID) -> list[Record]:
    """List the terms under which a student may hand an exercise in, which is held until the commit."""
    await db.execute(HOLD_EXERCISE, exercise_id, student_id)
    return await db.fetch(RULES_OF_EXERCISE, exercise_id, student_id)


async def rules_of_quiz(db: Connection, quiz_id: UUID, student_id: UUID) -> list[Record]:
    """List the terms of a student's quiz, and whether the score is shown."""
    return await db.fetch(RULES_OF_QUIZ, quiz_id, student_id)


async def withheld(db: Connection, student_id: UUID) -> frozenset[UUID]:
    """List the exercises and quizzes whose scores a student does not see yet."""
    return frozenset(row["id"] for row in await db.fetch(WITHHELD, student_id))


async def of_student(db: Connection, student_id: UUID, class_id: UUID | None) -> list[Record]:
    """List a student's assignments, the next due first."""
    return await db.fetch(OF_STUDENT, student_id, class_id)


async def taught(db: Connection, teacher_id: UUID, class_id: UUID | None) -> list[Record]:
    """List the assignments of a teacher's classes, the next due first."""
    return await db.fetch(TAUGHT, teacher_id, class_id)


def terms(row: Mapping[str, Any]) -> Terms:
    """Read the terms of a row."""
    return Terms(
        row["opens"], row["due"], row["late"], row["percent_a_day"], row["late_until"], row["attempts"]
    )
