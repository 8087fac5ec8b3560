"""Grading again by the tests of today: first what would differ, then for good."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Response

from events.models import RegradeRequested
from functions.gateway.access import Teacher, TeachingWorker
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.regrades import NewRegrade, Regrade
from functions.gateway.queries import classes, regrades
from functions.gateway.state import Gateway, Gw, RequestId, Traceparent
from functions.gateway.waiting import Wait, until

router = APIRouter(tags=["exercises"])
STILL: dict[int | str, dict[str, Any]] = {
    202: {"model": Regrade, "description": "Not all is graded yet: ask again for this `regrade_id`."}
}


@router.post(
    "/exercises/{exercise_id}/regrade",
    summary="Grade again what was handed in",
    responses=WRITE | problems(403, 404) | STILL,
)
async def regrade(
    exercise_id: UUID,
    wanted: NewRegrade,
    who: TeachingWorker,
    gw: Gw,
    request_id: RequestId,
    response: Response,
    wait: Wait = 25,
    traceparent: Traceparent = None,
) -> Regrade:
    """Grade again, by the tests of today, what students of one's own handed in for an exercise.

    All variations of the exercise belong to it. With `dry_run` nothing changes. Without, grades, mastery and
    alerts become those listed, and the old grades stay beside the new ones, with the reason. Teachers may do
    it for their students, maintainers for all. Who looked is kept.
    """
    how = wanted.model_dump()
    regrade_id = await asked(gw, exercise_id, who.user_id, request_id, traceparent, **how)
    return await waited(gw, who.user_id, exercise_id, regrade_id, wait, response)


@router.get(
    "/exercises/{exercise_id}/regrades/{regrade_id}",
    summary="What grading again changes",
    responses=READ | problems(403) | STILL,
)
async def one(
    exercise_id: UUID, regrade_id: UUID, who: Teacher, gw: Gw, response: Response, wait: Wait = 0
) -> Regrade:
    """Show what differs, to the teacher who asked for it."""
    return await waited(gw, who.user_id, exercise_id, regrade_id, wait, response)


async def waited(
    gw: Gateway, teacher_id: UUID, exercise_id: UUID, regrade_id: UUID, wait_s: int, response: Response
) -> Regrade:
    """Wait for a regrade; what is not complete then is a 202."""
    read = partial(regrades.one, regrade_id=regrade_id, exercise_id=exercise_id, teacher_id=teacher_id)
    found = await until(gw, teacher_id, wait_s, read, lambda row: row["status"] != "pending")
    response.status_code = 202 if found["status"] == "pending" else 200
    return Regrade(**found)


async def asked(
    gw: Gateway,
    exercise_id: UUID,
    teacher_id: UUID,
    request_id: str,
    traceparent: str | None,
    *,
    dry_run: bool,
    reason: str,
    proposal_id: UUID | None = None,
) -> UUID:
    """Ask for a regrade of the students that a teacher reaches, an event for each; keep who looked."""
    regrade_id = uuid4()
    async with gw.transaction(regrade_id, traceparent) as work:
        everybody = await regrades.maintains(work.db, teacher_id, gw.settings.maintainers)
        found = await regrades.taught(work.db, exercise_id, teacher_id, everybody=everybody)
        key = (regrade_id, teacher_id, exercise_id)
        await regrades.write(work.db, *key, found, dry_run=dry_run, reason=reason, now=work.now)
        others = [student_id for student_id in found if student_id != teacher_id]
        await classes.viewed(work.db, teacher_id, others, "regrade", request_id)
        for student_id, exercise_ids in found.items():
            work.publish(
                RegradeRequested(
                    regrade_id=regrade_id,
                    student_id=student_id,
                    exercise_ids=exercise_ids,
                    proposal_id=proposal_id,
                    dry_run=dry_run,
                    reason=reason,
                )
            )
    return regrade_id
