"""Code handed in."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

from fastapi import APIRouter

from events.models import CodeSubmitted
from functions.gateway import assigning, opening
from functions.gateway.access import User, Worker
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.hand_ins import JudgedSubmission
from functions.gateway.models.work import NewSubmission, SubmissionPage, Submitted
from functions.gateway.paging import LIMIT, Cursor, Limit, page
from functions.gateway.queries import assignments, classes, hand_ins, idempotency, submissions
from functions.gateway.routes.chat import IdempotencyKey
from functions.gateway.state import Gw, RequestId, Traceparent
from functions.gateway.waiting import Wait, until

router = APIRouter(prefix="/submissions", tags=["code"])


@router.post("", status_code=202, summary="Hand code in", responses=WRITE | problems(404, 409))
async def submit(
    new: NewSubmission,
    who: Worker,
    gw: Gw,
    idempotency_key: IdempotencyKey = None,
    traceparent: Traceparent = None,
) -> Submitted:
    """Take code to be reviewed and, for an exercise, graded. It is stored before this answers."""
    submitted = Submitted(submission_id=uuid4())
    async with gw.transaction(submitted.submission_id, traceparent) as work:
        key = ("submission", idempotency_key)
        if earlier := await idempotency.repeated(work.db, who.user_id, *key, new, submitted):
            return earlier
        of = new.exercise_id and await opening.own(work, new.exercise_id, who.user_id)
        if of is not None:
            await assigning.require_open(work, of, who.user_id)
        await submissions.write(work.db, submitted.submission_id, who.user_id, of, new.code, work.now)
        work.publish(
            CodeSubmitted(
                submission_id=submitted.submission_id,
                student_id=who.user_id,
                code=new.code,
                exercise_id=of,
            )
        )
    return submitted


@router.get("/{submission_id}", summary="A submission with its grade and review", responses=READ)
async def submission(
    submission_id: UUID, who: User, gw: Gw, request_id: RequestId, wait: Wait = 0
) -> JudgedSubmission:
    """Show a submission to its student and their teachers; with `wait`, as soon as all of it is there.

    `status` is `done` once the review and, for an exercise, the grade are there. Each shows as it comes.
    Where a teacher shows scores later, the student sees `withheld` in the place of both. Who looked is kept.
    """
    async with gw.read() as db:
        of = await hand_ins.whose(db, submission_id, who.user_id, who.role)
        if of != who.user_id:
            await classes.viewed(db, who.user_id, [of], "submission", request_id)
        withheld = await assignments.withheld(db, of) if of == who.user_id else frozenset()
    read = partial(
        hand_ins.one, submission_id=submission_id, viewer_id=who.user_id, student_id=of, rules=gw.mastery
    )
    found = await until(gw, of, wait, read, lambda row: row["status"] != "pending")
    return JudgedSubmission(**hand_ins.veiled(found, withheld))


@router.get("", summary="The student's submissions", responses=READ)
async def newest(
    who: User, gw: Gw, exercise_id: UUID | None = None, limit: Limit = LIMIT, cursor: Cursor = None
) -> SubmissionPage:
    """List submissions, newest first."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        rows = await submissions.newest(db, who.user_id, place, exercise_id, limit)
        withheld = await assignments.withheld(db, who.user_id)
    found = page(rows, limit, gw.cursors, "created_at", "submission_id")
    shown = [submissions.shown(row, gw.mastery) for row in found["items"]]
    return SubmissionPage(**found | {"items": [hand_ins.veiled(one, withheld) for one in shown]})
