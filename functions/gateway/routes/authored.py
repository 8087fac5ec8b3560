"""Exercises that teachers write."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from fastapi import APIRouter, Query

from events.models import ProofRequested
from functions.authoring.content import Authored
from functions.gateway.access import Teacher, TeachingWorker
from functions.gateway.models.authored import (
    AuthoredExercise,
    AuthoredPage,
    Draft,
    Sharing,
    Writing,
)
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.proofs import Preview, Proof
from functions.gateway.paging import LIMIT, Cursor, Limit, page
from functions.gateway.queries import authored
from functions.gateway.state import Gw, Traceparent
from functions.gateway.waiting import Wait, until

router = APIRouter(prefix="/exercises/authored", tags=["own exercises"])
OWN_READ = READ | problems(403, 409)
OWN = WRITE | problems(403, 404, 409)


@router.post("", status_code=201, summary="Write an exercise", responses=WRITE | problems(403))
async def write(new: Writing, who: Teacher, gw: Gw) -> Draft:
    """Keep a draft; nobody but its teacher sees it before it is published."""
    made, content = Draft(exercise_id=uuid4()), text(new.checked())
    async with gw.read() as db:
        await authored.write(db, made.exercise_id, who.user_id, content, gw.now)
    return made


@router.get("", summary="One's own exercises and shared ones", responses=READ | problems(403))
async def listed(
    who: Teacher, gw: Gw, archived: bool = False, limit: Limit = LIMIT, cursor: Cursor = None
) -> AuthoredPage:
    """List what one wrote, and what colleagues share, newest first."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        rows = await authored.listed(db, who.user_id, place, limit, archived=archived)
    found = page(rows, limit, gw.cursors, "created_at", "exercise_id")
    return AuthoredPage(**found | {"items": [authored.shown(row) for row in found["items"]]})


@router.get(
    "/{authored_id}", summary="An exercise with all that is written of it", responses=READ | problems(403)
)
async def one(authored_id: UUID, who: Teacher, gw: Gw) -> AuthoredExercise:
    """Show an exercise of one's own, or a shared one, with solution, tests and the last proof."""
    async with gw.read() as db:
        return AuthoredExercise(**await authored.one(db, authored_id, who.user_id))


@router.put("/{authored_id}", summary="Change a draft", responses=OWN)
async def change(authored_id: UUID, new: Writing, who: Teacher, gw: Gw) -> AuthoredExercise:
    """Write a draft anew; it has to be proven again."""
    content = text(new.checked())
    async with gw.transaction(authored_id) as work:
        await authored.draft(work.db, authored_id, who.user_id)
        await authored.change(work.db, authored_id, content, work.now)
        return AuthoredExercise(**await authored.one(work.db, authored_id, who.user_id))


@router.patch("/{authored_id}", summary="Share an exercise, or put it away", responses=OWN)
async def share(authored_id: UUID, new: Sharing, who: Teacher, gw: Gw) -> AuthoredExercise:
    """Share with all teachers and students of the school, once published; what is archived opens to nobody.

    Students who have it keep it.
    """
    async with gw.transaction(authored_id) as work:
        await authored.share(work.db, authored_id, who.user_id, **new.model_dump())
        return AuthoredExercise(**await authored.one(work.db, authored_id, who.user_id))


@router.post("/{authored_id}/copy", status_code=201, summary="Copy an exercise", responses=OWN)
async def copy(authored_id: UUID, who: Teacher, gw: Gw) -> Draft:
    """Make a draft of an exercise of one's own, as its next version, or of a shared one."""
    made = Draft(exercise_id=uuid4())
    async with gw.transaction(made.exercise_id) as work:
        await authored.copy(work.db, authored_id, made.exercise_id, who.user_id, work.now)
    return made


@router.post("/{authored_id}/prove", summary="Prove a draft", responses=OWN)
async def prove(
    authored_id: UUID, who: TeachingWorker, gw: Gw, wait: Wait = 0, traceparent: Traceparent = None
) -> Proof:
    """Run solutions, starter code and wrong programs on the tests; `wait` for what comes of it.

    Asking again for the same state gives the same answer.
    """
    proof_id = uuid4()
    async with gw.transaction(proof_id, traceparent) as work:
        row = await authored.held(work.db, authored_id, who.user_id)
        if row["status"] == "draft" and await authored.ask_proof(work.db, proof_id, authored_id, work.now):
            work.publish(ProofRequested(proof_id=proof_id, exercise_id=authored_id, student_id=who.user_id))
    read = partial(authored.proof, exercise_id=authored_id)
    found = await until(gw, who.user_id, wait, read, lambda last: not last or last["status"] != "proving")
    return Proof(**found or {"status": "proving"})


@router.get("/{authored_id}/preview", summary="What students will see", responses=OWN_READ)
async def preview(
    authored_id: UUID, who: Teacher, gw: Gw, variation: Annotated[int, Query(ge=0, le=11)] = 0
) -> Preview:
    """Show a proven exercise as a student sees it, and what they are told who make the likeliest mistakes."""
    async with gw.read() as db:
        return Preview(**await authored.preview(db, authored_id, who.user_id, variation))


@router.post("/{authored_id}/publish", summary="Publish a proven draft", responses=OWN)
async def publish(authored_id: UUID, who: Teacher, gw: Gw) -> AuthoredExercise:
    """Let students have an exercise: it is proven, and does not change any more."""
    async with gw.transaction(authored_id) as work:
        await authored.publish(work.db, authored_id, who.user_id, work.now)
        return AuthoredExercise(**await authored.one(work.db, authored_id, who.user_id))


def text(content: Authored) -> str:
    """Write content as JSON."""
    return msgspec.json.encode(content).decode()
