"""Progress in the database: adding one activity, and deriving students anew from their facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from asyncpg import Record

from events.models import ActivityRecorded, ExerciseGenerated, Topic
from functions.progress import rows as rows
from functions.progress.days import DAY, local_day
from functions.progress.evidence import (
    ExerciseResult,
    StudentEvidence,
    TopicEvidence,
    add,
    derive,
    handed_in,
)
from functions.progress.rules import MasteryRules
from functions.runtime import projection
from functions.runtime.database import Connection
from functions.runtime.erasure import is_erased

ERASED = is_erased("$1")
ZONE = "coalesce((SELECT time_zone FROM users WHERE user_id = $1), 'UTC')"
LIVE = projection.LIVE.format(name="progress")
# An update that changes nothing locks the row, whether it was there or not.
LOCK = f"""
INSERT INTO student_progress AS s (student_id, generation, time_zone, rules_version)
SELECT $1, {LIVE}, {ZONE}, $2 WHERE NOT {ERASED}
    ON CONFLICT (student_id, generation) DO UPDATE SET student_id = s.student_id
RETURNING generation, time_zone, rules_version, {ZONE} AS zone_now
"""
FACT = f"""
INSERT INTO activities (generation, {rows.ACTIVITY_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING true
"""
KNOWN_TOPIC = f"""
SELECT {rows.TOPIC_COLUMNS} FROM topic_progress WHERE student_id = $1 AND generation = $2 AND topic = $3
"""
KNOWN_RESULT = f"""
SELECT {rows.RESULT_COLUMNS} FROM exercise_results
 WHERE student_id = $1 AND generation = $2 AND topic = $3 AND exercise_id = $4
"""
PUT_TOPIC = f"""
INSERT INTO topic_progress (student_id, generation, {rows.TOPIC_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (student_id, generation, topic) DO UPDATE SET
    (points, exercises, quizzes, reviews, last_quizzes, last_ratings, updated_at) =
    ($4, $5, $6, $7, $8, $9, $10)
"""
PUT_RESULT = f"""
INSERT INTO exercise_results (student_id, generation, {rows.RESULT_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (student_id, generation, topic, exercise_id) DO UPDATE SET
    (difficulty, hint_level, score, counted, points, occurred_at, activity_id, family) =
    ($5, $6, $7, $8, $9, $10, $11, $12)
"""
FAMILY = """
SELECT points FROM exercise_results
 WHERE student_id = $1 AND generation = $2 AND topic = $3 AND family = $4 AND exercise_id <> $5
"""
REGRADED = """
SELECT EXISTS (SELECT FROM activities WHERE student_id = $1 AND generation = $2 AND detail ? 'regraded_at'
                  AND detail ->> 'submission_id' = $3::uuid::text)
"""
ACTIVE = """
UPDATE student_progress SET activities = activities + 1,
       days = CASE WHEN days @> $3::date THEN days ELSE days + datemultirange(daterange($3, $4)) END,
       last_active_at = greatest(last_active_at, $5)
 WHERE student_id = $1 AND generation = $2
"""
GIVEN = f"""
INSERT INTO given_exercises (student_id, generation, exercise_id, topic, difficulty, given_at)
SELECT $1, {LIVE}, $2, $3, $4, $5 WHERE NOT {ERASED} ON CONFLICT DO NOTHING
"""
FACTS = f"""
SELECT {rows.ACTIVITY_COLUMNS} FROM activities
 WHERE student_id = ANY ($1) AND generation = $2 ORDER BY student_id
"""
ZONES = """
SELECT s.id, coalesce(u.time_zone, 'UTC') AS time_zone
  FROM unnest($1::uuid[]) AS s(id) LEFT JOIN users u ON u.user_id = s.id
"""
DERIVED = ("student_progress", "topic_progress", "exercise_results")
FORGET = "DELETE FROM {table} WHERE student_id = ANY ($1) AND generation = $2"
STUDENT_COLUMNS = [
    "student_id",
    "generation",
    "time_zone",
    "rules_version",
    "days",
    "activities",
    "last_active_at",
]


@dataclass(frozen=True, slots=True)
class Locked:
    """A student whose progress is locked until the end of the transaction."""

    student_id: UUID
    generation: int
    time_zone: str
    stale: bool


async def record(db: Connection, activity: ActivityRecorded, rules: MasteryRules) -> bool:
    """Add an activity to its student's progress, in the caller's transaction.

    False when it was there already, or the student was erased. The cost does not grow with the student's
    history.
    """
    await projection.join(db, "progress")
    student = await lock(db, activity.student_id, rules)
    if student is None or not await db.fetchval(FACT, student.generation, *rows.activity_values(activity)):
        return False
    # Other rules, another time zone or another grading of a hand-in: what is stored can't be added to, so it
    # is derived from the facts.
    if student.stale or await regraded(db, student, activity):
        await derive_again(db, student.generation, [student.student_id], rules)
        return True
    if activity.topic is not None:
        await add_to_topic(db, student, activity.topic, activity, rules)
    day = local_day(activity.occurred_at, student.time_zone)
    await db.execute(ACTIVE, student.student_id, student.generation, day, day + DAY, activity.occurred_at)
    return True


async def lock(db: Connection, student_id: UUID, rules: MasteryRules) -> Locked | None:
    """Lock a student's progress; None when the student was erased.

    It is stale when it was derived by other rules or in another time zone.
    """
    row = await db.fetchrow(LOCK, student_id, rules.version)
    if row is None:
        return None
    stale = (row["time_zone"], row["rules_version"]) != (row["zone_now"], rules.version)
    return Locked(student_id, row["generation"], row["zone_now"], stale)


async def regraded(db: Connection, student: Locked, activity: ActivityRecorded) -> bool:
    """Tell whether an activity takes the place of others, or another one may have taken its place."""
    hand_in = handed_in(activity)
    if hand_in is None:
        return False
    key = (student.student_id, student.generation, hand_in)
    return activity.detail.regraded_at is not None or bool(await db.fetchval(REGRADED, *key))


async def add_to_topic(
    db: Connection, student: Locked, topic: Topic, activity: ActivityRecorded, rules: MasteryRules
) -> None:
    """Add an activity to what is known of its topic."""
    key = (student.student_id, student.generation, topic)
    known = await db.fetchrow(KNOWN_TOPIC, *key)
    result = await known_result(db, key, activity)
    family = (result.family if result else None) or activity.detail.family
    others = [] if family is None else await db.fetch(FAMILY, *key, family, activity.detail.exercise_id)
    topic_so_far = rows.topic(known) if known else TopicEvidence()
    found, best = add(topic_so_far, result, activity, rules, [one["points"] for one in others])
    await db.execute(PUT_TOPIC, *key[:2], *rows.topic_values(topic, found))
    # Most attempts change no best result: a write less.
    if best is not None and best != result:
        await db.execute(PUT_RESULT, *key[:2], *rows.result_values(topic, best))


async def known_result(
    db: Connection, key: tuple[UUID, int, Topic], activity: ActivityRecorded
) -> ExerciseResult | None:
    """Read the best result so far in the exercise of an activity."""
    if activity.detail.exercise_id is None:
        return None
    row = await db.fetchrow(KNOWN_RESULT, *key, activity.detail.exercise_id)
    return rows.result(row) if row else None


async def record_given(db: Connection, given: ExerciseGenerated) -> None:
    """Keep that an exercise was given to a student."""
    await projection.join(db, "progress")
    await db.execute(
        GIVEN, given.student_id, given.exercise_id, given.topic, given.difficulty, given.occurred_at
    )


async def derive_again(
    db: Connection, generation: int, students: Sequence[UUID], rules: MasteryRules
) -> None:
    """Derive students from their facts alone; the caller has locked them, or builds the generation alone."""
    zones = {row["id"]: row["time_zone"] for row in await db.fetch(ZONES, students)}
    facts = await db.fetch(FACTS, students, generation)
    derived: dict[UUID, StudentEvidence] = {
        student_id: derive(map(rows.activity, own), zones[student_id], rules)
        for student_id, own in groupby(facts, key=_student)
    }
    for table in DERIVED:
        await db.execute(FORGET.format(table=table), students, generation)
    await _write(db, generation, derived, zones, rules)


async def _write(
    db: Connection,
    generation: int,
    derived: dict[UUID, StudentEvidence],
    zones: dict[UUID, str],
    rules: MasteryRules,
) -> None:
    students = [
        (one, generation, zones[one], rules.version, rows.ranges(e.days), e.activities, e.last_active_at)
        for one, e in derived.items()
    ]
    topics = [
        (one, generation, *rows.topic_values(topic, known))
        for one, e in derived.items()
        for topic, known in e.topics.items()
    ]
    results = [
        (one, generation, *rows.result_values(topic, result))
        for one, e in derived.items()
        for (topic, _), result in e.results.items()
    ]
    await _copy(db, "student_progress", STUDENT_COLUMNS, students)
    await _copy(db, "topic_progress", _columns(rows.TOPIC_COLUMNS), topics)
    await _copy(db, "exercise_results", _columns(rows.RESULT_COLUMNS), results)


async def _copy(db: Connection, table: str, columns: list[str], records: Iterable[tuple[Any, ...]]) -> None:
    await db.copy_records_to_table(table, records=records, columns=columns)


def _columns(names: str) -> list[str]:
    return ["student_id", "generation", *names.split(", ")]


def _student(row: Record) -> UUID:
    found: UUID = row["student_id"]
    return found
