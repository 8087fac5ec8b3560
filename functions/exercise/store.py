"""What the exercise function keeps in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from events.models import Difficulty, HelpLevel, Topic
from functions.exercise.choosing import PreviousExercise
from functions.exercise.instance import Instance, examples
from functions.exercise.struggle import Attempt
from functions.grading.checks import Test
from functions.grading.grades import Grade
from functions.runtime import RetryLater
from functions.runtime.database import Connection
from functions.runtime.erasure import is_erased

ERASED = f"SELECT {is_erased('$1')}"
HAD = """
SELECT bank_id, seed FROM exercises
 WHERE student_id = $1 AND status = 'ready' AND bank_id IS NOT NULL ORDER BY ready_at, exercise_id
"""
BANK_ID = "SELECT bank_id FROM exercises WHERE exercise_id = $1"
VERIFIED = "SELECT content_hash, expected FROM verified_exercises WHERE content_hash = ANY($1)"
KEEP_VERIFIED = """
INSERT INTO verified_exercises (content_hash, expected) VALUES ($1, $2::jsonb) ON CONFLICT DO NOTHING
"""
# A student's requests wait for one another, so that two of them cannot choose the same exercise.
LOCK_STUDENT = "SELECT pg_advisory_xact_lock(4041, hashtext($1::text))"
TAKEN = """
SELECT EXISTS (
    SELECT 1 FROM exercises
     WHERE student_id = $1 AND bank_id = $2 AND ($3::bigint IS NULL OR seed = $3) AND exercise_id <> $4)
"""
READY = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, status, variation_of, origin, bank_id,
                       seed, content_hash, title, instructions, starter_code, examples, solution, tests,
                       ready_at)
VALUES ($1, $2, $3, $4, 'ready', $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15::jsonb, $16)
ON CONFLICT (exercise_id) DO UPDATE
   SET status = 'ready', topic = excluded.topic, difficulty = excluded.difficulty, origin = excluded.origin,
       bank_id = excluded.bank_id, seed = excluded.seed, content_hash = excluded.content_hash,
       title = excluded.title, instructions = excluded.instructions, starter_code = excluded.starter_code,
       examples = excluded.examples, solution = excluded.solution, tests = excluded.tests,
       ready_at = excluded.ready_at
"""
WISH = "UPDATE exercises SET concepts = $2, note = $3 WHERE exercise_id = $1"
FAILED = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, status) VALUES ($1, $2, $3, $4, 'failed')
ON CONFLICT (exercise_id) DO UPDATE SET status = 'failed' WHERE exercises.status = 'pending'
"""
GIVEN = """
SELECT e.student_id, e.status, e.topic, e.difficulty, e.title, e.tests, e.bank_id,
       md5(e.tests::text) AS version,
       coalesce(h.hint_level, 'none') AS hint_level
  FROM exercises e LEFT JOIN exercise_help h USING (student_id, exercise_id) WHERE e.exercise_id = $1
"""
LOCK_EXERCISE = "SELECT md5(tests::text) FROM exercises WHERE exercise_id = $1 FOR UPDATE"
GRADED = """
INSERT INTO grades (submission_id, student_id, exercise_id, score, passed, total, tests, hint_level,
                    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9) ON CONFLICT (submission_id) DO NOTHING
"""
ATTEMPTED = """
INSERT INTO attempts (submission_id, student_id, exercise_id, topic, occurred_at, status, score,
                      source_hash, summary)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (submission_id) DO NOTHING
"""
FACTS = "submission_id, exercise_id, occurred_at, status, source_hash, summary"
ATTEMPTS = f"SELECT {FACTS} FROM attempts WHERE student_id = $1 AND exercise_id = $2"
TIMEOUTS = f"""
SELECT {FACTS} FROM attempts
 WHERE student_id = $1 AND status = 'timeout' AND occurred_at BETWEEN $2::timestamptz AND $3::timestamptz
"""
# An exercise can only be stalled with this many attempts: each adds no more than one gap of active time.
WORKED_ON = """
SELECT student_id, exercise_id, min(topic) AS topic FROM attempts
 WHERE occurred_at > $1 GROUP BY student_id, exercise_id
HAVING count(*) >= $2 AND NOT bool_or(status = 'passed')
"""
FIRST_TIME = """
INSERT INTO struggles (alert_id, student_id, exercise_id, rule, occurred_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (alert_id) DO NOTHING RETURNING alert_id
"""


@dataclass(frozen=True, slots=True)
class GradableExercise:
    """An exercise that a student hands code in for."""

    student_id: UUID
    status: str
    topic: Topic
    difficulty: Difficulty
    title: str
    tests: list[Test]
    hint_level: HelpLevel
    bank_id: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class StalledExercise:
    """An exercise somebody worked on lately without passing it."""

    student_id: UUID
    exercise_id: UUID
    topic: Topic


async def erased(db: Connection, student_id: UUID) -> bool:
    """Whether a student asked to be erased: nothing is written of them any more."""
    return bool(await db.fetchval(ERASED, student_id))


async def had(db: Connection, student_id: UUID) -> list[PreviousExercise]:
    """Read which exercises of the bank a student was given, oldest first."""
    return [PreviousExercise(row["bank_id"], row["seed"]) for row in await db.fetch(HAD, student_id)]


async def bank_id_of(db: Connection, exercise_id: UUID) -> str | None:
    """Find out from which exercise of the bank one was made."""
    return cast("str | None", await db.fetchval(BANK_ID, exercise_id))


async def verified(db: Connection, instances: Sequence[Instance]) -> dict[str, list[Any]]:
    """Read what the sandbox has proven before, by content hash."""
    hashes = [instance.content_hash for instance in instances]
    return {
        row["content_hash"]: msgspec.json.decode(row["expected"]) for row in await db.fetch(VERIFIED, hashes)
    }


async def save_ready(
    db: Connection,
    exercise_id: UUID,
    student_id: UUID,
    instance: Instance,
    *,
    content_hash: str,
    origin: str,
    variation_of: UUID | None,
    now: datetime,
    more: Sequence[Test] = (),
) -> None:
    """Write an exercise with its tests, and that it is proven; `more` are tests beside those of the bank."""
    expected = to_json([test.expected for test in instance.tests])
    await db.execute(KEEP_VERIFIED, content_hash, expected)
    await db.execute(
        READY,
        exercise_id,
        student_id,
        instance.topic,
        instance.difficulty,
        variation_of,
        origin,
        instance.bank_id,
        instance.variation,
        content_hash,
        instance.title,
        instance.instructions,
        instance.starter,
        to_json(examples(instance.tests)),
        instance.solution,
        to_json([*instance.tests, *more]),
        now,
    )


async def save_wish(db: Connection, exercise_id: UUID, concepts: Sequence[str], note: str | None) -> None:
    """Write what an exercise practises, and what is said of the wish for it."""
    await db.execute(WISH, exercise_id, concepts, note)


async def taken(
    db: Connection, exercise_id: UUID, student_id: UUID, bank_id: str, variation: int | None
) -> bool:
    """Whether the student was given this variation (or any) meanwhile; holds the student until the commit."""
    await db.execute(LOCK_STUDENT, str(student_id))
    return bool(await db.fetchval(TAKEN, student_id, bank_id, variation, exercise_id))


async def save_failed(
    db: Connection, exercise_id: UUID, student_id: UUID, topic: str, difficulty: str
) -> None:
    """Write that no exercise could be made."""
    await db.execute(FAILED, exercise_id, student_id, topic, difficulty)


async def given(db: Connection, exercise_id: UUID) -> GradableExercise | None:
    """Read an exercise with its tests and the help that was given."""
    row = await db.fetchrow(GIVEN, exercise_id)
    if row is None:
        return None
    tests = msgspec.json.decode(row["tests"] or "[]", type=list[Test])
    return GradableExercise(**{**row, "tests": tests, "title": row["title"] or ""})


async def save_grade(
    db: Connection, attempt: Attempt, exercise: GradableExercise, grade: Grade, *, now: datetime
) -> list[Attempt]:
    """Write a grade and its attempt, hold the exercise until the commit, and give all attempts at it.

    Raises RetryLater when the exercise got other tests meanwhile.
    """
    ids = (attempt.submission_id, exercise.student_id, attempt.exercise_id)
    if await db.fetchval(LOCK_EXERCISE, attempt.exercise_id) != exercise.version:
        raise RetryLater("the tests of the exercise were changed meanwhile")
    results = to_json(grade.tests)
    await db.execute(GRADED, *ids, grade.score, grade.passed, grade.total, results, exercise.hint_level, now)
    facts = (attempt.occurred_at, attempt.status, grade.score, attempt.source_hash, attempt.summary)
    await db.execute(ATTEMPTED, *ids, exercise.topic, *facts)
    return await attempts(db, exercise.student_id, attempt.exercise_id)


async def attempts(db: Connection, student_id: UUID, exercise_id: UUID) -> list[Attempt]:
    """Read all attempts of a student at an exercise."""
    return [Attempt(**row) for row in await db.fetch(ATTEMPTS, student_id, exercise_id)]


async def timeouts(db: Connection, student_id: UUID, since: datetime, until: datetime) -> list[Attempt]:
    """Read a student's attempts that ran out of time."""
    return [Attempt(**row) for row in await db.fetch(TIMEOUTS, student_id, since, until)]


async def worked_on(db: Connection, since: datetime, at_least: int) -> list[StalledExercise]:
    """Read which exercises had this many attempts lately, none of which passed."""
    return [StalledExercise(**row) for row in await db.fetch(WORKED_ON, since, at_least)]


async def first_time(
    db: Connection, alert_id: UUID, student_id: UUID, exercise_id: UUID, rule: str, occurred_at: datetime
) -> bool:
    """Note a detection; False when it was noted before."""
    return await db.fetchval(FIRST_TIME, alert_id, student_id, exercise_id, rule, occurred_at) is not None


def to_json(value: Any) -> str:
    """Write a value as JSON text."""
    return msgspec.json.encode(value).decode()
