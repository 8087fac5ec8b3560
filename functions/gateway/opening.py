"""Open a teacher's exercise for a student: they get their own one, which everything else is about."""

from __future__ import annotations

from uuid import UUID

from asyncpg import Record

from events.models import ExerciseGenerated, Origin
from functions.gateway.queries import authored, exercises
from functions.gateway.state import Gateway
from functions.runtime.work import RequestWork

# Readers of the event know no other origin than the bank for what a person wrote.
ORIGINS: dict[str, Origin] = {"variation": "variation", "model": "model"}


async def looked_at(gw: Gateway, exercise_id: UUID, student_id: UUID) -> UUID:
    """Do as `own` does, in a transaction of its own, opened only where there is something to write."""
    async with gw.read() as db:
        known = await exercises.has(db, exercise_id, student_id)
        if known or not await authored.opens_to(db, exercise_id, student_id):
            return exercise_id
    async with gw.transaction(exercise_id) as work:
        return await give(work, exercise_id, student_id)


async def own(work: RequestWork, exercise_id: UUID, student_id: UUID) -> UUID:
    """Give the id of a student's own exercise: the one that is named, or one made from a teacher's.

    Of what is neither theirs nor open to them the id comes back as it is: they have nothing under it.
    """
    known = await exercises.has(work.db, exercise_id, student_id)
    if known or not await authored.opens_to(work.db, exercise_id, student_id):
        return exercise_id
    return await give(work, exercise_id, student_id)


async def give(work: RequestWork, exercise_id: UUID, student_id: UUID, variation: int | None = None) -> UUID:
    """Give a student a teacher's proven exercise, whoever they are; once given it stays as it is.

    Without a `variation` the student's id chooses one. Gives the id of the student's own exercise.
    """
    made = await authored.hand_out(work.db, exercise_id, student_id, work.now, variation)
    own_id = authored.own_id(exercise_id, student_id)
    if made is not None:
        tell_made(work, own_id, student_id, made)
    return own_id


def tell_made(work: RequestWork, own_id: UUID, student_id: UUID, made: Record, origin: str = "bank") -> None:
    """Publish that a student has got an exercise; `made` has its topic and difficulty."""
    work.publish(
        ExerciseGenerated(
            exercise_id=own_id,
            student_id=student_id,
            topic=made["topic"],
            difficulty=made["difficulty"],
            origin=ORIGINS.get(origin, "bank"),
            occurred_at=work.now,
        )
    )
