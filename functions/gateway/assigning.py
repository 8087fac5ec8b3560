"""Give what is assigned: each student gets their own exercise or quiz once it is open, and once only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from asyncpg import Record

from events.models import ExerciseRequested
from functions.gateway import opening
from functions.gateway.deadlines import HandedIn, days_late, penalised, refusal, state
from functions.gateway.errors import NotNow
from functions.gateway.queries import assignments, authored, exercises, handing_out
from functions.gateway.state import Gateway
from functions.runtime.work import RequestWork

# The id follows from assignment and student, so that giving it twice is giving it once.
OWN_IDS = UUID("b9d0a7c2-4f1e-4e6b-8a53-6c2d9f7e1b40")


async def give_open(
    work: RequestWork, *, student_id: UUID | None = None, assignment_id: UUID | None = None
) -> None:
    """Give all that is open and was not given yet: to a student, or of an assignment."""
    for row in await handing_out.to_give(
        work.db, work.now, student_id=student_id, assignment_id=assignment_id
    ):
        await give(work, row)


async def catch_up(gw: Gateway, student_id: UUID) -> None:
    """Give a student what has opened since, in a transaction that is opened only where there is something."""
    async with gw.read() as db:
        waiting = await handing_out.to_give(db, gw.now, student_id=student_id)
    if waiting:
        async with gw.transaction(student_id) as work:
            await give_open(work, student_id=student_id)


async def give(work: RequestWork, row: Record) -> None:
    """Give one student what one assignment is about."""
    student_id, own = row["student_id"], uuid5(OWN_IDS, f"{row['assignment_id']} {row['student_id']}")
    if row["quiz_id"] is not None:
        if await handing_out.give(work.db, row["assignment_id"], student_id, None, own):
            await handing_out.copy_quiz(work.db, own, student_id, row["quiz_id"], work.now)
        return
    written = row["exercise_id"] and await authored.is_published(work.db, row["exercise_id"])
    if written:
        own = authored.own_id(row["exercise_id"], student_id)
    if not await handing_out.give(work.db, row["assignment_id"], student_id, own, None):
        return
    if written:
        await opening.give(work, row["exercise_id"], student_id)
    elif row["exercise_id"] is not None:
        await give_copy(work, row, own)
    else:
        await request(work, row, own)
    await handing_out.sign(work.db, dict(row), own, work.now)


async def give_copy(work: RequestWork, row: Record, own: UUID) -> None:
    """Give a student the very exercise that was chosen."""
    made = await handing_out.copy_exercise(work.db, own, row["student_id"], row["exercise_id"], work.now)
    if made is not None:
        opening.tell_made(work, own, row["student_id"], made, made["origin"])


async def request(work: RequestWork, row: Record, own: UUID) -> None:
    """Ask for an exercise of a student's own."""
    wish = {"topic": row["topic"], "difficulty": row["difficulty"]}
    await exercises.write(work.db, own, row["student_id"], **wish, variation_of=None, now=work.now)
    work.publish(
        ExerciseRequested(exercise_id=own, student_id=row["student_id"], concept=row["concept"], **wish)
    )


async def require_open(work: RequestWork, exercise_id: UUID, student_id: UUID) -> None:
    """Raise NotNow when all assignments of an exercise are closed; one that takes it is enough."""
    rules = await assignments.rules_of_exercise(work.db, exercise_id, student_id)
    require(rules, work.now, "exercise_id")


def require(rules: list[Record], now: datetime, field: str) -> None:
    """Raise NotNow when there are rules and none of them takes a hand-in."""
    reasons = [refusal(assignments.terms(dict(row)), row["times"], now) for row in rules]
    if reasons and all(reasons):
        raise NotNow(next(filter(None, reasons)), field=field)


def to_student(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Show a student their own."""
    terms = assignments.terms(row)
    passed = bool(row["passed"]) and row["show_score"]
    handed = HandedIn(row["times"] or 0, row["first_at"], passed or (row["quiz_id"] is not None))
    tries = [(datetime.fromisoformat(at), score) for at, score in json.loads(row["tries"] or "[]")]
    scores = [penalised(score, days_late(terms.due, at), terms.percent_a_day) for at, score in tries]
    return dated(row) | {
        "state": state(terms, handed, now),
        "submissions": handed.times,
        "score": max(scores) if scores and row["show_score"] else None,
        "students": None,
        "handed_in": None,
    }


def to_teacher(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Show a teacher how far a class is."""
    now_is = state(assignments.terms(row), HandedIn(), now)
    return dated(row) | {"state": now_is, "submissions": None, "score": None}


def dated(row: Mapping[str, Any]) -> dict[str, Any]:
    """Show what both see; a student has no exercise before it opens."""
    late = {"percent_a_day": row["percent_a_day"], "until": row["late_until"]} if row["late"] else None
    return dict(row) | {"late": late, "closes": assignments.terms(row).closes}
