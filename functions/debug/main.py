"""Helps with errors: hints that go one step further each time, and never the solution unasked."""

from __future__ import annotations

from events.models import ActivityRecorded, DebugRequested
from functions.debug.case import Case, open_case
from functions.debug.reports import error_seen, response, same_error_alert, sighting_of, with_fingerprint
from functions.debug.runner import Runner
from functions.debug.store import keep_case, keep_hint, keep_sighting
from functions.debug.struggle import same_error
from functions.runtime import Work, consumes
from functions.runtime.database import Connection
from functions.tutor.port import Asker, HintRequest, Tutor


@consumes(DebugRequested, ActivityRecorded, uses=(Tutor, Runner), limit_s=20)
async def debug(event: DebugRequested | ActivityRecorded, work: Work) -> None:
    """Answer a call for help, and notice when a student meets the same error again and again."""
    match event:
        case DebugRequested():
            await _help(event, work)
        case ActivityRecorded(kind="error.seen"):
            async with work.transaction() as db:
                await _note(db, with_fingerprint(event), None, work)


async def _help(request: DebugRequested, work: Work) -> None:
    case = await open_case(request, work)
    grounded = case.parts
    if case.diagnosis is None or case.step is None:
        work.publish(response(request, grounded, model="grounded", degraded=False))
        return
    hint = HintRequest(
        tier=case.step.tier,
        grounded=grounded,
        solutions=[case.diagnosis.fix] if case.diagnosis.fix else [],
        said=request.text,
        code=case.diagnosis.code,
        error=request.error,
        level=request.level,
    )
    asker = Asker(event_id=work.event.id, student_id=request.student_id)
    answer = await work.use(Tutor).hint(hint, asker)
    async with work.transaction() as db:
        await _keep(db, request, case, work)
        work.publish(
            response(request, answer.parts, model=answer.model, degraded=answer.degraded, tier=case.step.tier)
        )


async def _keep(db: Connection, request: DebugRequested, case: Case, work: Work) -> None:
    if case.diagnosis is None or case.step is None:
        return
    at = work.event.time
    place = request.exercise_id or request.conversation_id
    await keep_case(db, request.student_id, place, case.diagnosis, case.key, at)
    key = (request.student_id, place, case.key)
    await keep_hint(db, request.message_id, key, case.step, case.code_hash, at)
    if case.diagnosis.error is not None and not case.follows_up:
        seen = error_seen(request, case, work.uuid("error"), at)
        work.publish(seen)
        await _note(db, seen, case.diagnosis.source, work)


async def _note(db: Connection, seen: ActivityRecorded, excerpt: str | None, work: Work) -> None:
    """Keep an error that was met; one that debug itself recorded comes by again, and is known by its id."""
    sighting = sighting_of(seen, excerpt)
    others = await keep_sighting(db, seen.student_id, seen.detail.fingerprint or "", sighting)
    window = same_error(sighting, others) if others is not None else []
    if window:
        work.publish(same_error_alert(seen, window, work.uuid("alert")))
