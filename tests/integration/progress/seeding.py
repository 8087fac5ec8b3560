"""Fill a database with students, classes, activities and alerts."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from functions.progress import rows as rows
from functions.progress.rules import MasteryRules
from functions.progress.store import derive_again
from tests.support.learners import NOW, learner, student

RULES = MasteryRules()
CLASS_SIZE = 40
PORTION = 500
TEACHER_BASE = 1 << 80
USERS = ["user_id", "email", "display_name", "role", "password_hash"]
KINDS = ["same_error", "timeout", "stuck", "stalled"]


def teacher(number: int) -> UUID:
    """Name a teacher; the class of the same number is theirs."""
    return UUID(int=TEACHER_BASE + number)


async def seed(db: Any, students: int, each: int) -> None:
    """Make students with so many activities each, in classes of forty, with four alerts each."""
    await people(db, students)
    for start in range(0, students, PORTION):
        numbers = range(start, min(start + PORTION, students))
        facts = ((1, *rows.activity_values(a)) for number in numbers for a in learner(number, each))
        columns = ["generation", *rows.ACTIVITY_COLUMNS.split(", ")]
        await db.copy_records_to_table("activities", records=facts, columns=columns)
        await derive_again(db, 1, [student(number) for number in numbers], RULES)
    await alerts(db, students)
    await exercises(db, students)
    await db.execute("VACUUM ANALYZE")


async def people(db: Any, students: int) -> None:
    """Make the users and their classes."""
    classes = range((students + CLASS_SIZE - 1) // CLASS_SIZE)
    users = [(student(n), f"s{n}@example.org", f"Student {n}", "student", "") for n in range(students)]
    users += [(teacher(n), f"t{n}@example.org", f"Teacher {n}", "teacher", "") for n in classes]
    await db.copy_records_to_table("users", records=users, columns=USERS)
    taught = [(teacher(n), teacher(n), f"Class {n}", f"CODE{n}") for n in classes]
    await db.copy_records_to_table(
        "classes", records=taught, columns=["class_id", "teacher_id", "name", "join_code"]
    )
    members = [(teacher(n // CLASS_SIZE), student(n)) for n in range(students)]
    await db.copy_records_to_table("class_members", records=members, columns=["class_id", "student_id"])


async def alerts(db: Any, students: int) -> None:
    """Make three resolved alerts and an open one for each student."""
    chance, records, detections = random.Random(1), [], []
    for number in range(students):
        for place, rule in enumerate(KINDS):
            alert_id, at = (
                UUID(int=chance.getrandbits(128)),
                NOW - timedelta(minutes=chance.randrange(90 * 1440)),
            )
            status = "resolved" if place else "open"
            records.append(
                (alert_id, 1, student(number), "oop", rule, "medium", status, "[]", 1, at, at),
            )
            detections.append((alert_id, 1, student(number), "oop", rule, "medium", at, "[]", alert_id))
    columns = "alert_id generation student_id topic rule severity status evidence count first_seen last_seen"
    await db.copy_records_to_table("alerts", records=records, columns=columns.split())
    columns = "detection_id generation student_id topic rule severity occurred_at evidence alert_id"
    await db.copy_records_to_table("alert_detections", records=detections, columns=columns.split())


async def exercises(db: Any, students: int) -> None:
    """Give each student five exercises, three of which were passed."""
    given, passed = [], []
    for number in range(students):
        for place in range(5):
            exercise_id = UUID(int=(number << 32) + place)
            given.append((student(number), 1, exercise_id, "oop", "easy", NOW))
            if place < 3:
                passed.append((student(number), 1, exercise_id, "oop", exercise_id, NOW))
    columns = ["student_id", "generation", "exercise_id", "topic", "difficulty", "given_at"]
    await db.copy_records_to_table("given_exercises", records=given, columns=columns)
    columns = ["student_id", "generation", "activity_id", "topic", "exercise_id", "occurred_at"]
    await db.copy_records_to_table("alert_passes", records=passed, columns=columns)
