"""Reading progress: indexed queries, and pure functions on what they find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from asyncpg import Record

from events.models import ActivityRecorded, Difficulty, Topic
from functions.progress import rows as rows
from functions.progress.days import local_day
from functions.progress.errors import BadPeriod
from functions.progress.evidence import StudentEvidence, derive
from functions.progress.overview import RECENT, Progress, Snapshot, history, progress
from functions.progress.rules import MasteryRules
from functions.runtime import projection
from functions.runtime.database import Connection

LIVE = projection.LIVE.format(name="progress")
DAYS_SHOWN = 30
DAYS_MOST = 366
# One probe of an index for each student, in the order that was asked for.
STUDENT = f"""
SELECT coalesce((SELECT time_zone FROM users WHERE user_id = asked.id), 'UTC') AS zone_now, s.*
  FROM unnest($1::uuid[]) WITH ORDINALITY AS asked(id, place)
  LEFT JOIN LATERAL (
       SELECT * FROM student_progress
        WHERE student_id = asked.id AND generation = {LIVE} LIMIT 1) AS s ON true
 ORDER BY place
"""
TOPICS = f"""
SELECT student_id, {rows.TOPIC_COLUMNS} FROM topic_progress
 WHERE student_id = ANY ($1) AND generation = {LIVE}
"""
# The best of each topic alone: a student may have solved thousands.
RESULTS = f"""
SELECT best.* FROM topic_progress t CROSS JOIN LATERAL (
    SELECT {rows.RESULT_COLUMNS} FROM exercise_results r
     WHERE r.student_id = t.student_id AND r.generation = t.generation AND r.topic = t.topic
     ORDER BY points DESC, score DESC, occurred_at DESC, activity_id DESC LIMIT {RECENT}) AS best
 WHERE t.student_id = $1 AND t.generation = {LIVE}
"""
NEWEST = f"""
SELECT {rows.ACTIVITY_COLUMNS} FROM activities
 WHERE student_id = $1 AND generation = {LIVE}
 ORDER BY occurred_at DESC, activity_id DESC LIMIT {4 * RECENT}
"""
ALL = f"SELECT {rows.ACTIVITY_COLUMNS} FROM activities WHERE student_id = $1 AND generation = {LIVE}"
GRADED = f"""
{ALL} AND kind IN ('exercise.attempted', 'exercise.completed', 'quiz.graded', 'code.reviewed')
"""
UNTRIED = f"""
SELECT g.exercise_id, g.topic, g.difficulty FROM given_exercises g
 WHERE g.student_id = $1 AND g.generation = {LIVE} AND NOT EXISTS (
       SELECT FROM exercise_results r WHERE r.student_id = $1 AND r.generation = g.generation
          AND r.topic = g.topic AND r.exercise_id = g.exercise_id)
 ORDER BY g.given_at DESC LIMIT 3
"""


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are asked for, both ends included; left open, they are the last thirty."""

    first: date | None = None
    last: date | None = None

    def of(self, today: date) -> tuple[date, date]:
        """Find the ends as of today; raises BadPeriod."""
        # Days to come have no mastery yet.
        last = min(self.last or today, today)
        first = last - timedelta(days=DAYS_SHOWN - 1) if self.first is None else self.first
        if first > (self.last or today):
            raise BadPeriod("must not come after the last day", field="from")
        if (last - first).days >= DAYS_MOST:
            raise BadPeriod(f"at most {DAYS_MOST} days can be asked for", field="from")
        return first, last


@dataclass(frozen=True, slots=True)
class History:
    """The course of a student's mastery, day by day in the student's time zone, by the rules of now."""

    student_id: UUID
    time_zone: str
    rules_version: str
    days: list[Snapshot]


@dataclass(frozen=True, slots=True)
class Untried:
    """An exercise that was given and not yet handed in."""

    exercise_id: UUID
    topic: Topic
    difficulty: Difficulty


async def progress_of(db: Connection, student_id: UUID, now: datetime, rules: MasteryRules) -> Progress:
    """Read the progress of a student, as GET /progress shows it."""
    [row] = await db.fetch(STUDENT, [student_id])
    if stale(row, rules):
        facts = [rows.activity(one) for one in await db.fetch(ALL, student_id)]
        evidence = derive(facts, row["zone_now"], rules)
    else:
        results = await db.fetch(RESULTS, student_id)
        evidence = rows.student(known(row), await db.fetch(TOPICS, [student_id]), results)
    newest = [rows.activity(one) for one in await db.fetch(NEWEST, student_id)]
    return progress(student_id, evidence, newest, local_day(now, row["zone_now"]), rules)


async def history_of(
    db: Connection, student_id: UUID, period: Period, now: datetime, rules: MasteryRules
) -> History:
    """Read the mastery of a student by day; days that have not come in the student's time zone are left out.

    Raises BadPeriod when the first day comes after the last, or there are too many between.
    """
    [row] = await db.fetch(STUDENT, [student_id])
    first, last = period.of(local_day(now, row["zone_now"]))
    old = stale(row, rules)
    facts = [rows.activity(one) for one in await db.fetch(ALL if old else GRADED, student_id)]
    days = (derive(facts, row["zone_now"], rules) if old else rows.student(known(row), ())).days
    snapshots = history(facts, days, row["zone_now"], (first, last), rules)
    return History(student_id, row["zone_now"], rules.version, snapshots)


async def evidence_of(
    db: Connection, students: Sequence[UUID], rules: MasteryRules
) -> list[tuple[str, StudentEvidence]]:
    """Read time zone and evidence of students, in their order; single results are left out."""
    topics: dict[UUID, list[Record]] = {}
    for row in await db.fetch(TOPICS, students):
        topics.setdefault(row["student_id"], []).append(row)
    found = []
    for student_id, row in zip(students, await db.fetch(STUDENT, students), strict=True):
        if stale(row, rules):
            facts = map(rows.activity, await db.fetch(ALL, student_id))
            found.append((row["zone_now"], derive(facts, row["zone_now"], rules)))
        else:
            found.append((row["zone_now"], rows.student(known(row), topics.get(student_id, ()))))
    return found


async def facts_of(db: Connection, student_id: UUID) -> tuple[str, list[ActivityRecorded]]:
    """Read the time zone and all activities of a student."""
    [row] = await db.fetch(STUDENT, [student_id])
    return row["zone_now"], [rows.activity(one) for one in await db.fetch(ALL, student_id)]


async def untried(db: Connection, student_id: UUID) -> list[Untried]:
    """Read the newest exercises that were given to a student and not yet handed in."""
    return [Untried(**row) for row in await db.fetch(UNTRIED, student_id)]


def known(row: Record) -> Record | None:
    """Give the row, unless the student has done nothing yet."""
    return row if row["student_id"] is not None else None


def stale(row: Record, rules: MasteryRules) -> bool:
    """Tell whether a student was derived by other rules or in another time zone than now."""
    now = (row["zone_now"], rules.version)
    return known(row) is not None and (row["time_zone"], row["rules_version"]) != now
