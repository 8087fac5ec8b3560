"""Submissions, with their grades and reviews."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.cursors import Place
from functions.gateway.errors import NotFound
from functions.gateway.paging import after
from functions.progress.evidence import counted, exact
from functions.progress.rules import MasteryRules
from functions.runtime.database import Connection

AGENTS = {"grade": "exercise", "review": "code_review"}
WRITE = """
INSERT INTO submissions (submission_id, student_id, exercise_id, code, created_at) VALUES ($1, $2, $3, $4, $5)
"""
EXERCISE = "SELECT true FROM exercises WHERE exercise_id = $1 AND student_id = $2 AND status = 'ready'"
FIELDS = """
SELECT s.submission_id, s.student_id, s.exercise_id, s.code, s.created_at,
       CASE WHEN g.submission_id IS NOT NULL THEN
            jsonb_build_object('score', g.score, 'passed', g.passed, 'total', g.total, 'tests', g.tests,
                               'hint_level', g.hint_level) END AS grade,
       CASE WHEN r.submission_id IS NOT NULL THEN
            jsonb_build_object('quality', r.quality, 'rated', r.rated, 'summary', r.summary,
                               'findings', r.findings, 'dimensions', r.dimensions) END AS review,
       ARRAY(SELECT f.agent FROM submission_failures f WHERE f.submission_id = s.submission_id) AS failed
  FROM {source} s LEFT JOIN grades g USING (submission_id) LEFT JOIN reviews r USING (submission_id)
"""
# A review that was asked for in chat has no submission of its own: its code stands in the message.
EVERY = """(
    SELECT submission_id, student_id, exercise_id, code, created_at FROM submissions
    UNION ALL
    SELECT r.submission_id, r.student_id, NULL,
           coalesce((SELECT m.code FROM messages m WHERE m.student_id = r.student_id
                        AND m.answer ->> 'submission_id' = r.submission_id::text LIMIT 1), ''), r.created_at
      FROM reviews r WHERE NOT EXISTS (SELECT FROM submissions o WHERE o.submission_id = r.submission_id)
)"""
ONE = FIELDS.format(source=EVERY) + " WHERE s.submission_id = $1 AND s.student_id = $2"
NEWEST = (
    FIELDS.format(source="submissions")
    + """
 WHERE s.student_id = $1 AND ($2::timestamptz IS NULL OR (s.created_at, s.submission_id) < ($2, $3::uuid))
   AND ($4::uuid IS NULL OR s.exercise_id = $4)
 ORDER BY s.created_at DESC, s.submission_id DESC LIMIT $5
"""
)


async def write(
    db: Connection, submission_id: UUID, student_id: UUID, exercise_id: UUID | None, code: str, now: datetime
) -> None:
    """Write a submission; raises NotFound unless its exercise is the student's, and ready."""
    if exercise_id is not None and not await db.fetchval(EXERCISE, exercise_id, student_id):
        raise NotFound("there is no such exercise", field="exercise_id")
    await db.execute(WRITE, submission_id, student_id, exercise_id, code, now)


async def one(db: Connection, submission_id: UUID, student_id: UUID, rules: MasteryRules) -> dict[str, Any]:
    """Read a submission; raises NotFound unless it is the student's."""
    row = await db.fetchrow(ONE, submission_id, student_id)
    if row is None:
        raise NotFound("there is no such submission")
    return shown(dict(row), rules)


async def newest(
    db: Connection, student_id: UUID, place: Place | None, exercise_id: UUID | None, limit: int
) -> list[Record]:
    """List a student's submissions, and one more than the limit."""
    return await db.fetch(NEWEST, student_id, *after(place), exercise_id, limit + 1)


def shown(row: dict[str, Any], rules: MasteryRules) -> dict[str, Any]:
    """Read grade and review, and tell whether something is still to come.

    `counted_score` of a grade is its score less what help takes from it.
    """
    parts = {name: json.loads(row[name]) if row.get(name) else None for name in AGENTS}
    if (grade := parts["grade"]) is not None:
        grade["counted_score"] = float(counted(exact(grade["score"]), grade["hint_level"], rules))
    failed = row.pop("failed", [])
    return {**row, **parts, "status": status(row["exercise_id"], parts, failed)}


def status(exercise_id: UUID | None, parts: dict[str, Any], failed: Sequence[str] = ()) -> str:
    """Tell `done` once all that was asked for is there: a review, and a grade if there is an exercise.

    `failed` names the agents that gave up; what they owe will not come.
    """
    wanted = ("review",) if exercise_id is None else ("grade", "review")
    missing = [name for name in wanted if parts[name] is None]
    if any(AGENTS[name] in failed for name in missing):
        return "failed"
    return "pending" if missing else "done"
