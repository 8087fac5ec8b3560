"""Reading progress: indexed queries, and pure functions on what they find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record

from functions.domain import progress_rows as rows
from functions.domain import projection
from functions.domain.days import local_day, streak
from functions.domain.evidence import StudentEvidence, derive
from functions.domain.mastery import shown
from functions.domain.progress import RECENT, Progress, Snapshot, average, history, masteries, progress
from functions.domain.rules import MasteryRules
from functions.domain.topics import Difficulty, Topic
from functions.runtime.database import Connection

LIVE = projection.LIVE.format(name="progress")
ALERTS_LIVE = projection.LIVE.format(name="alerts")
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
 ORDER BY occurred_at DESC, activity_id DESC LIMIT {2 * RECENT}
"""
ALL = f"SELECT {rows.ACTIVITY_COLUMNS} FROM activities WHERE student_id = $1 AND generation = {LIVE}"
GRADED = f"""
{ALL} AND kind IN ('exercise.attempted', 'exercise.completed', 'quiz.graded', 'code.reviewed')
"""
ALERTS = f"""
SELECT student_id, count(*) AS open FROM alerts
 WHERE student_id = ANY ($1) AND generation = {ALERTS_LIVE} AND status <> 'resolved' GROUP BY student_id
"""
MEMBERS = """
SELECT m.student_id, u.display_name FROM class_members m JOIN users u ON u.user_id = m.student_id
 WHERE m.class_id = $1 ORDER BY u.display_name, m.student_id
"""
UNTRIED = f"""
SELECT g.exercise_id, g.topic, g.difficulty FROM given_exercises g
 WHERE g.student_id = $1 AND g.generation = {LIVE} AND NOT EXISTS (
       SELECT FROM exercise_results r WHERE r.student_id = $1 AND r.generation = g.generation
          AND r.topic = g.topic AND r.exercise_id = g.exercise_id)
 ORDER BY g.given_at DESC LIMIT 3
"""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One student in the table of a class; mastery is the average of the topics that were begun."""

    student_id: UUID
    display_name: str
    mastery: float
    topics: dict[Topic, float]
    streak_days: int
    open_alerts: int
    last_active_at: datetime | None


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
    db: Connection, student_id: UUID, period: tuple[date, date], rules: MasteryRules
) -> list[Snapshot]:
    """Read the mastery of a student by day, both ends included."""
    [row] = await db.fetch(STUDENT, [student_id])
    facts = [rows.activity(one) for one in await db.fetch(ALL if stale(row, rules) else GRADED, student_id)]
    days = (
        derive(facts, row["zone_now"], rules).days if stale(row, rules) else rows.student(known(row), ()).days
    )
    return history(facts, days, row["zone_now"], period, rules)


async def class_table(db: Connection, class_id: UUID, now: datetime, rules: MasteryRules) -> list[ClassRow]:
    """Read the students of a class with their mastery, streak and open alerts, by name."""
    members = await db.fetch(MEMBERS, class_id)
    students = [row["student_id"] for row in members]
    evidence = await evidence_of(db, students, rules)
    alerts = {row["student_id"]: row["open"] for row in await db.fetch(ALERTS, students)}
    return [
        class_row(member, one, local_day(now, zone), alerts.get(member["student_id"], 0), rules)
        for member, (zone, one) in zip(members, evidence, strict=True)
    ]


def class_row(
    member: Record, evidence: StudentEvidence, today: date, open_alerts: int, rules: MasteryRules
) -> ClassRow:
    """Build the row of one student."""
    scores = masteries(evidence, today, rules)
    return ClassRow(
        student_id=member["student_id"],
        display_name=member["display_name"],
        mastery=shown(average(evidence, scores)),
        topics={topic: shown(score) for topic, score in scores.items()},
        streak_days=streak(evidence.days, today),
        open_alerts=open_alerts,
        last_active_at=evidence.last_active_at,
    )


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
