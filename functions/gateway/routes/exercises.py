"""Exercises."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

from fastapi import APIRouter

from events.models import ExerciseRequested
from functions.gateway.access import User, Worker
from functions.gateway.models.base import READ, WRITE, Difficulty, Topic, problems
from functions.gateway.models.work import Exercise, ExercisePage, ExerciseRequest, Requested
from functions.gateway.paging import LIMIT, Cursor, Limit, page
from functions.gateway.queries import exercises, idempotency
from functions.gateway.routes.chat import IdempotencyKey
from functions.gateway.state import Gw, Traceparent
from functions.gateway.waiting import Wait, until

router = APIRouter(prefix="/exercises", tags=["exercises"])


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
    async with gw.transaction(requested.exercise_id, traceparent) as work:
        answer = requested.model_dump(mode="json")
        earlier = await idempotency.claim(
            work.db, who.user_id, "exercise", idempotency_key, wanted.model_dump(mode="json"), answer
        )
        if earlier is not None:
            return Requested(**earlier)
        await exercises.write(work.db, requested.exercise_id, who.user_id, **fields, now=work.now)
        work.publish(ExerciseRequested(exercise_id=requested.exercise_id, student_id=who.user_id, **fields))
    return requested


@router.get("/{exercise_id}", summary="An exercise", responses=READ)
async def exercise(exercise_id: UUID, who: User, gw: Gw, wait: Wait = 0) -> Exercise:
    """Show an exercise; with `wait`, as soon as it is ready. Solution and hidden tests are never shown."""
    read = partial(exercises.one, exercise_id=exercise_id, student_id=who.user_id)
    return Exercise(**await until(gw, who.user_id, wait, read, lambda row: row["status"] != "pending"))


@router.get("", summary="The student's exercises", responses=READ)
async def newest(
    who: User,
    gw: Gw,
    topic: Topic | None = None,
    difficulty: Difficulty | None = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> ExercisePage:
    """List exercises, newest first."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        rows = await exercises.newest(db, who.user_id, place, topic, difficulty, limit)
    found = page(rows, limit, gw.cursors, "created_at", "exercise_id")
    return ExercisePage(**found | {"items": [exercises.shown(row) for row in found["items"]]})
