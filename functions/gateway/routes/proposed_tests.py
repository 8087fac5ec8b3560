"""Proposed tests: what they would change, and whether they become tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from functions.gateway.access import Teacher, TeachingWorker
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.proposed_tests import Decision, ProposalStatus, ProposedTest, ProposedTests
from functions.gateway.models.regrades import Regrade
from functions.gateway.queries import classes, proposed_tests, regrades
from functions.gateway.routes.regrades import STILL, asked, waited
from functions.gateway.state import Gw, RequestId, Traceparent
from functions.gateway.waiting import Wait

router = APIRouter(prefix="/proposed-tests", tags=["exercises"])
TRIED = "A proposed test was tried."


@router.get("", summary="Proposed tests", responses=READ | problems(403))
async def newest(
    who: Teacher, gw: Gw, request_id: RequestId, status: ProposalStatus | None = None
) -> ProposedTests:
    """List inputs on which hand-ins of one's students pass all tests and still differ from the solution."""
    async with gw.read() as db:
        everybody = await regrades.maintains(db, who.user_id, gw.settings.maintainers)
        found = await proposed_tests.newest(db, who.user_id, status, everybody=everybody)
        students = list({row["student"]["student_id"] for row in found})
        await classes.viewed(db, who.user_id, students, "submissions", request_id)
    return ProposedTests(items=[ProposedTest(**row) for row in found])


@router.post(
    "/{proposal_id}/effect",
    summary="What a proposed test would change",
    responses=WRITE | problems(403, 404) | STILL,
)
async def effect(
    proposal_id: UUID,
    who: TeachingWorker,
    gw: Gw,
    request_id: RequestId,
    response: Response,
    wait: Wait = 25,
    traceparent: Traceparent = None,
) -> Regrade:
    """Grade again, without any effect, what one's students handed in, as if the test were accepted."""
    async with gw.read() as db:
        everybody = await regrades.maintains(db, who.user_id, gw.settings.maintainers)
        found = await proposed_tests.one(db, proposal_id, who.user_id, everybody=everybody)
    how: dict[str, Any] = {"dry_run": True, "reason": TRIED, "proposal_id": proposal_id}
    regrade_id = await asked(gw, found["exercise_id"], who.user_id, request_id, traceparent, **how)
    return await waited(gw, who.user_id, found["exercise_id"], regrade_id, wait, response)


@router.post(
    "/{proposal_id}/decision",
    summary="Accept or refuse a proposed test",
    responses=WRITE | problems(403, 404, 409),
)
async def decide(
    proposal_id: UUID, decision: Decision, who: Teacher, gw: Gw, request_id: RequestId
) -> ProposedTest:
    """Make it a hidden test of all variations of the exercise that are handed out from now on, or leave it.

    What was handed in before keeps its grade until it is graded again. Once, for good; later ones are a 409.
    """
    async with gw.read() as db, db.transaction():
        everybody = await regrades.maintains(db, who.user_id, gw.settings.maintainers)
        of = await proposed_tests.one(db, proposal_id, who.user_id, everybody=everybody)
        await classes.viewed(db, who.user_id, [of["student"]["student_id"]], "submission", request_id)
        status = "accepted" if decision.accept else "refused"
        await proposed_tests.decide(db, proposal_id, who.user_id, status, decision.reason, gw.now)
        found = await proposed_tests.one(db, proposal_id, who.user_id, everybody=everybody)
    return ProposedTest(**found)
