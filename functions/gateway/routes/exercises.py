"""Exercises."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends

from events.models import ExerciseRequested
from functions.gateway import assigning, opening
from functions.gateway.access import TeachingWorker, User, Worker
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.work import (
    CONCEPT,
    Assignment,
    Concept,
    Exercise,
    ExercisePage,
    ExerciseRequest,
    Requested,
    Wanted,
)
from functions.gateway.paging import LIMIT, Cursor, Limit, page
from functions.gateway.queries import assignments, classes, exercises, idempotency
from functions.gateway.routes.chat import IdempotencyKey
from functions.gateway.state import Gateway, Gw, RequestId, Traceparent
from functions.gateway.waiting import Wait, until
from functions.knowledge.skills import skills

router = APIRouter(prefix="/exercises", tags=["exercises"])
of_students = APIRouter(prefix="/students", tags=["exercises"])
CONCEPTS = {"content": {"application/json": {"example": [CONCEPT]}}}
of_concepts = APIRouter(prefix="/concepts", tags=["exercises"])
Filters = Annotated[Wanted, Depends(Wanted)]


@router.post("", status_code=202, summary="Ask for an exercise", responses=WRITE | problems(404))
async def request(
    wanted: ExerciseRequest,
    who: Worker,
    gw: Gw,
    idempotency_key: IdempotencyKey = None,
    traceparent: Traceparent = None,
) -> Requested:
    """Ask for an exercise; it is ready once its tests have been proven against its solution."""
    requested = Requested(exercise_id=uuid4())
    fields = wanted.model_dump()
    kept = wanted.model_dump(exclude={"concept"})
    async with gw.transaction(requested.exercise_id, traceparent) as work:
        key = ("exercise", idempotency_key)
        if earlier := await idempotency.repeated(work.db, who.user_id, *key, wanted, requested):
            return earlier
        await exercises.write(work.db, requested.exercise_id, who.user_id, **kept, now=work.now)
        work.publish(ExerciseRequested(exercise_id=requested.exercise_id, student_id=who.user_id, **fields))
    return requested


@of_concepts.get("", summary="What can be practised", responses=READ | {200: CONCEPTS})
async def concepts(who: User) -> list[Concept]:
    """List the concepts that an exercise can be wished on."""
    return [Concept(id=name, title=one.title, topic=one.topic) for name, one in skills().items()]


@router.get("/{exercise_id}", summary="An exercise", responses=READ)
async def exercise(exercise_id: UUID, who: User, gw: Gw, wait: Wait = 0) -> Exercise:
    """Show an exercise; with `wait`, as soon as it is ready. Solution and hidden tests are never shown.

    A teacher's published exercise opens to their students: each gets their own one, with an id of its own.
    """
    own = await opening.looked_at(gw, exercise_id, who.user_id)
    async with gw.read() as db:
        withheld = await assignments.withheld(db, who.user_id)
    read = partial(exercises.one, exercise_id=own, student_id=who.user_id)
    found = await until(gw, who.user_id, wait, read, lambda row: row["status"] != "pending")
    return Exercise(**exercises.veiled(found, withheld))


@router.get("", summary="The student's exercises", responses=READ)
async def newest(
    who: User, gw: Gw, wanted: Filters, limit: Limit = LIMIT, cursor: Cursor = None
) -> ExercisePage:
    """List exercises, newest first."""
    await assigning.catch_up(gw, who.user_id)
    async with gw.read() as db:
        withheld = await assignments.withheld(db, who.user_id)
    return await listed(gw, who.user_id, wanted, limit, cursor, withheld)


@of_students.post(
    "/{student_id}/exercises",
    status_code=202,
    summary="Give a student an exercise",
    responses=WRITE | problems(403, 404),
)
async def assign(
    student_id: UUID,
    wanted: Assignment,
    who: TeachingWorker,
    gw: Gw,
    idempotency_key: IdempotencyKey = None,
    traceparent: Traceparent = None,
) -> Requested:
    """Give an exercise to a student of one's own: they hear of it on their stream once it is ready."""
    requested = Requested(exercise_id=uuid4())
    body = wanted.model_dump(mode="json") | {"student_id": str(student_id)}
    fields = wanted.model_dump(exclude={"note"})
    kept = wanted.model_dump(exclude={"note", "concept"})
    async with gw.transaction(requested.exercise_id, traceparent) as work:
        await classes.require_teacher_of(work.db, who.user_id, student_id)
        key = ("assignment", idempotency_key)
        if earlier := await idempotency.repeated(work.db, who.user_id, *key, body, requested):
            return earlier
        await exercises.write(work.db, requested.exercise_id, student_id, **kept, now=work.now)
        ids = (requested.exercise_id, student_id, who.user_id)
        await exercises.assign(work.db, *ids, wanted.note, work.now)
        work.publish(ExerciseRequested(exercise_id=requested.exercise_id, student_id=student_id, **fields))
    return requested


@of_students.get("/{student_id}/exercises", summary="A student's exercises", responses=READ)
async def of_student(
    student_id: UUID,
    who: User,
    gw: Gw,
    request_id: RequestId,
    wanted: Filters,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> ExercisePage:
    """List the exercises of a student one teaches, with how far they came. Access is logged."""
    async with gw.read() as db:
        await classes.require_view(db, who.user_id, who.role, student_id, "exercises", request_id)
    return await listed(gw, student_id, wanted, limit, cursor)


async def listed(
    gw: Gateway,
    student_id: UUID,
    wanted: Wanted,
    limit: int,
    cursor: str | None,
    withheld: frozenset[UUID] = frozenset(),
) -> ExercisePage:
    """Read a page of a student's exercises."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        rows = await exercises.newest(db, student_id, place, wanted, limit)
    found = page(rows, limit, gw.cursors, "created_at", "exercise_id")
    items = [exercises.veiled(exercises.shown(row), withheld) for row in found["items"]]
    return ExercisePage(**found | {"items": items})
