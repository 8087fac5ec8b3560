"""What grading again reads and writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.models import HelpLevel
from functions.exercise.store import to_json
from functions.exercise.struggle import Attempt
from functions.exercise.todays_tests import Task
from functions.grading.checks import Test
from functions.grading.grades import Grade
from functions.runtime.database import Connection
from functions.runtime.stream import CHANNEL, push

TASKS = """
SELECT exercise_id, topic, difficulty, title, bank_id, seed, solution, tests FROM exercises
 WHERE student_id = $1 AND exercise_id = ANY ($2) AND status = 'ready' AND tests IS NOT NULL
   AND solution IS NOT NULL ORDER BY exercise_id
"""
HAND_INS = """
SELECT g.submission_id, g.exercise_id, s.code, g.score, g.passed, g.total, g.tests, g.hint_level,
       g.created_at, a.occurred_at, a.status, a.source_hash, a.summary
  FROM grades g JOIN submissions s USING (submission_id) JOIN attempts a USING (submission_id)
 WHERE g.student_id = $1 AND g.exercise_id = ANY ($2) ORDER BY a.occurred_at, g.submission_id
"""
LOCK = "SELECT exercise_id FROM exercises WHERE exercise_id = ANY ($1) ORDER BY exercise_id FOR UPDATE"
COUNTED = "SELECT count(*) FROM grades WHERE student_id = $1 AND exercise_id = ANY ($2)"
RAISED = "SELECT alert_id, rule, occurred_at FROM struggles WHERE student_id = $1 AND exercise_id = $2"
KEEP = """
INSERT INTO regraded_submissions (regrade_id, submission_id, student_id, exercise_id, before, after)
SELECT $1, $2, $3, $4, $5::jsonb, $6::jsonb
 WHERE EXISTS (SELECT FROM regrades WHERE regrade_id = $1) ON CONFLICT DO NOTHING
"""
DONE = """
UPDATE regraded_students SET status = $3, submissions = $4, mastery = $5::jsonb, alerts = $6::jsonb
 WHERE regrade_id = $1 AND student_id = $2
"""
TELL = "SELECT pg_notify($2, teacher_id::text) FROM regrades WHERE regrade_id = $1"
GRADE = "UPDATE grades SET score = $2, passed = $3, total = $4, tests = $5::jsonb WHERE submission_id = $1"
ATTEMPT = "UPDATE attempts SET status = $2, score = $3, summary = $4 WHERE submission_id = $1"
TESTS = "UPDATE exercises SET tests = $2::jsonb, examples = $3::jsonb WHERE exercise_id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """A graded hand-in with its program, as it stands in the database."""

    submission_id: UUID
    exercise_id: UUID
    code: str
    score: float
    passed: int
    total: int
    tests: list[dict[str, Any]]
    hint_level: HelpLevel
    created_at: datetime
    attempt: Attempt


async def tasks(db: Connection, student_id: UUID, exercise_ids: Sequence[UUID]) -> list[Task]:
    """Read those of some exercises that are the student's and ready."""
    rows = await db.fetch(TASKS, student_id, exercise_ids)
    return [
        Task(**{**row, "tests": msgspec.json.decode(row["tests"], type=list[Test]), "title": row["title"]})
        for row in rows
    ]


async def hand_ins(db: Connection, student_id: UUID, exercise_ids: Sequence[UUID]) -> list[HandIn]:
    """Read what was handed in for exercises and graded, by when it was handed in."""
    found = []
    for row in await db.fetch(HAND_INS, student_id, exercise_ids):
        values = dict(row)
        facts = {name: values.pop(name) for name in ("occurred_at", "status", "source_hash", "summary")}
        ids = {"submission_id": row["submission_id"], "exercise_id": row["exercise_id"]}
        tests = msgspec.json.decode(values.pop("tests"))
        found.append(HandIn(**values, tests=tests, attempt=Attempt(**ids, **facts)))
    return found


async def lock(db: Connection, exercise_ids: Sequence[UUID]) -> None:
    """Hold exercises until the commit, so that nothing is graded by the tests of before."""
    await db.execute(LOCK, exercise_ids)


async def graded(db: Connection, student_id: UUID, exercise_ids: Sequence[UUID]) -> int:
    """Count the grades of exercises."""
    return int(await db.fetchval(COUNTED, student_id, exercise_ids))


async def raised(db: Connection, student_id: UUID, exercise_id: UUID) -> dict[UUID, tuple[str, datetime]]:
    """Read which detections were published for an exercise: rule and time by id."""
    rows = await db.fetch(RAISED, student_id, exercise_id)
    return {row["alert_id"]: (row["rule"], row["occurred_at"]) for row in rows}


async def keep(
    db: Connection, regrade_id: UUID, student_id: UUID, hand_in: HandIn, grade: Grade, now: datetime
) -> None:
    """Keep a grade as it was and as it is."""
    ids = (regrade_id, hand_in.submission_id, student_id, hand_in.exercise_id)
    before, after = _graded_at(hand_in, hand_in.created_at), _graded_at(grade, now)
    await db.execute(KEEP, *ids, to_json(before), to_json(after))


def _graded_at(of: HandIn | Grade, at: datetime) -> dict[str, Any]:
    return {"score": of.score, "passed": of.passed, "total": of.total, "tests": of.tests, "graded_at": at}


async def replace_grade(db: Connection, hand_in: HandIn, grade: Grade, summary: str) -> None:
    """Put a grade in the place of the one there is."""
    submission_id = hand_in.submission_id
    await db.execute(GRADE, submission_id, grade.score, grade.passed, grade.total, to_json(grade.tests))
    await db.execute(ATTEMPT, submission_id, grade.status, grade.score, summary)


async def replace_tests(
    db: Connection, exercise_id: UUID, tests: Sequence[Test], shown: Sequence[dict[str, str]]
) -> None:
    """Give an exercise the tests it has today: the next hand-in is graded by them too."""
    await db.execute(TESTS, exercise_id, to_json(tests), to_json(shown))


async def tell_student(db: Connection, student_id: UUID, submission_ids: Sequence[UUID]) -> None:
    """Put changed grades on the student's stream, so that an open page reads them again."""
    for submission_id in submission_ids:
        await push(db, student_id, "submission", {"submission_id": submission_id, "agent": "exercise"})


async def finish(
    db: Connection,
    regrade_id: UUID,
    student_id: UUID,
    *,
    status: str,
    submissions: int = 0,
    mastery: Any = (),
    alerts: Any = (),
) -> None:
    """Write what differs for a student, and wake the teacher who waits for it."""
    await db.execute(DONE, regrade_id, student_id, status, submissions, to_json(mastery), to_json(alerts))
    await db.execute(TELL, regrade_id, CHANNEL)
