"""Grading again: whose hand-ins, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.errors import NotFound
from functions.runtime.database import Connection

# All variations of one exercise of the bank belong together; another exercise stands for itself.
TAUGHT = """
SELECT e.student_id, array_agg(e.exercise_id ORDER BY e.exercise_id) AS exercise_ids
  FROM exercises e
 WHERE (e.exercise_id = $1 OR e.authored_id = $1
        OR e.bank_id = (SELECT a.bank_id FROM exercises a WHERE a.exercise_id = $1))
   AND e.status = 'ready' AND ($3 OR e.student_id = $2 OR EXISTS (
       SELECT FROM class_members m JOIN class_leads c USING (class_id)
        WHERE m.student_id = e.student_id AND c.teacher_id = $2))
 GROUP BY e.student_id ORDER BY e.student_id
"""
REACHED = """
SELECT EXISTS (SELECT FROM authored_exercises t WHERE t.exercise_id = $1 AND (
              $3 OR t.teacher_id = $2 OR (t.shared AND t.status = 'published')))
    OR EXISTS (SELECT FROM exercises e WHERE e.exercise_id = $1 AND ($3 OR e.student_id = $2 OR EXISTS (
       SELECT FROM class_members m JOIN class_leads c USING (class_id)
        WHERE m.student_id = e.student_id AND c.teacher_id = $2)))
"""
MAINTAINS = "SELECT EXISTS (SELECT FROM users WHERE user_id = $1 AND lower(email) = ANY ($2::text[]))"
WRITE = """
INSERT INTO regrades (regrade_id, teacher_id, exercise_id, dry_run, reason, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
WRITE_STUDENTS = """
INSERT INTO regraded_students (regrade_id, student_id) SELECT $1, unnest($2::uuid[])
"""
ONE = """
SELECT regrade_id, exercise_id, dry_run, reason FROM regrades
 WHERE regrade_id = $1 AND teacher_id = $2 AND exercise_id = $3
"""
STUDENTS = """
SELECT r.student_id, u.display_name, r.status, r.submissions, r.mastery, r.alerts
  FROM regraded_students r JOIN users u ON u.user_id = r.student_id
 WHERE r.regrade_id = $1 ORDER BY u.display_name, r.student_id
"""
GRADES = """
SELECT r.submission_id, r.exercise_id, r.student_id, u.display_name, r.before - 'tests' AS before,
       r.after - 'tests' AS after
  FROM regraded_submissions r JOIN users u ON u.user_id = r.student_id
 WHERE r.regrade_id = $1
   AND (r.before -> 'score' <> r.after -> 'score'
        OR (r.before -> 'passed' = r.before -> 'total') <> (r.after -> 'passed' = r.after -> 'total'))
 ORDER BY u.display_name, r.student_id, r.before ->> 'graded_at', r.submission_id
"""


async def maintains(db: Connection, user_id: UUID, maintainers: Sequence[str]) -> bool:
    """Whether a teacher's account is one of those that may see to the exercises of all students."""
    return bool(maintainers) and bool(await db.fetchval(MAINTAINS, user_id, list(maintainers)))


async def taught(
    db: Connection, exercise_id: UUID, teacher_id: UUID, *, everybody: bool
) -> dict[UUID, list[UUID]]:
    """Find who of a teacher's students, or of all, has an exercise or a variation of it, by student.

    It may be named by what a teacher wrote. Raises NotFound unless it is one of theirs, or the teacher's own.
    """
    key = (exercise_id, teacher_id, everybody)
    if not await db.fetchval(REACHED, *key):
        raise NotFound("there is no such exercise")
    return {row["student_id"]: row["exercise_ids"] for row in await db.fetch(TAUGHT, *key)}


async def write(
    db: Connection,
    regrade_id: UUID,
    teacher_id: UUID,
    exercise_id: UUID,
    students: Iterable[UUID],
    *,
    dry_run: bool,
    reason: str,
    now: datetime,
) -> None:
    """Write that hand-ins are to be graded again."""
    await db.execute(WRITE, regrade_id, teacher_id, exercise_id, dry_run, reason, now)
    await db.execute(WRITE_STUDENTS, regrade_id, list(students))


async def one(db: Connection, regrade_id: UUID, exercise_id: UUID, teacher_id: UUID) -> dict[str, Any]:
    """Read what came of it so far; raises NotFound unless the teacher asked for it."""
    row = await db.fetchrow(ONE, regrade_id, teacher_id, exercise_id)
    if row is None:
        raise NotFound("there is no such regrade")
    students = await db.fetch(STUDENTS, regrade_id)
    grades = [_grade(found) for found in await db.fetch(GRADES, regrade_id)]
    effects = {
        name: [one for row in students for one in _effects(row, name)] for name in ("mastery", "alerts")
    }
    return {
        **row,
        "status": _status([student["status"] for student in students]),
        "submissions": sum(student["submissions"] for student in students),
        "summary": summary(len(grades), *map(len, effects.values()), dry_run=row["dry_run"]),
        "grades": grades,
        **effects,
    }


def summary(grades: int, mastery: int, alerts: int, *, dry_run: bool) -> str:
    """Say in a sentence how much differs."""
    parts = [(grades, "grade"), (mastery, "mastery number"), (alerts, "alert")]
    said = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in parts]
    verb = "would differ" if dry_run else "differ" if grades + mastery + alerts != 1 else "differs"
    return f"{said[0]}, {said[1]} and {said[2]} {verb}."


def _status(of_students: Sequence[str]) -> str:
    if "pending" in of_students:
        return "pending"
    return "failed" if "failed" in of_students else "done"


def _student(row: Record) -> dict[str, Any]:
    return {"student_id": row["student_id"], "display_name": row["display_name"]}


def _grade(row: Record) -> dict[str, Any]:
    scores = {name: json.loads(row[name]) for name in ("before", "after")}
    return {
        "submission_id": row["submission_id"],
        "exercise_id": row["exercise_id"],
        "student": _student(row),
        **scores,
    }


def _effects(row: Record, name: str) -> list[dict[str, Any]]:
    return [{**one, "student": _student(row)} for one in json.loads(row[name])]
