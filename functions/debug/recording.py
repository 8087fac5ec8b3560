"""What is kept of a call for help, in the transaction of its event."""

from __future__ import annotations

from events.models import ActivityDetail, ActivityRecorded, DebugRequested, ParsedError
from functions.debug.case import Case
from functions.debug.exercise_credit import keep_help
from functions.debug.our_place import cut_short
from functions.debug.reports import error_seen, same_error_alert, sighting_of
from functions.debug.store import keep_hint, keep_program, keep_sighting
from functions.debug.struggle import same_error
from functions.diagnosis.fingerprints import trouble_of
from functions.guardrails.exercises_at_hand import worked_on
from functions.runtime import Work
from functions.runtime.database import Connection


async def record(db: Connection, request: DebugRequested, case: Case, work: Work, wording: str = "") -> None:
    """Keep the case, the hint, whose credit it touches, and the error that was met."""
    at = work.event.time
    place = request.exercise_id or request.conversation_id
    if case.diagnosis is None or case.step is None:
        if case.code:
            await keep_program(db, request.student_id, place, case.code, at)
        return
    key = (request.student_id, place, case.key)
    await keep_hint(db, request.message_id, key, case.diagnosis, case.step, case.code_hash, wording, at)
    # A hint costs credit of the exercise that the program is about, also when none was named.
    about = worked_on(case.diagnosis.code, case.at_hand)
    helped = request.exercise_id or (about.exercise_id if about else None)
    if helped is not None:
        await keep_help(db, request.student_id, helped, case.step.tier, at)
    # Asking again about the same error is no second occurrence of it.
    if case.diagnosis.error is not None and not case.follows_up:
        seen = error_seen(request, case, work.uuid("error"), at)
        work.publish(seen)
        await note_error(db, seen, trouble_in(seen.detail), case.diagnosis.source, work)


def trouble_in(detail: ActivityDetail) -> str:
    """Make the key under which a teacher hears of an error; a producer may say itself which are the same."""
    return trouble_of(detail.error_type or "Error", detail.error_message or "")


async def note_error(
    db: Connection, seen: ActivityRecorded, trouble: str, excerpt: str | None, work: Work
) -> None:
    """Keep an error that was met; one that debug itself recorded comes by again, and is known by its id.

    What our place lacks is no trouble of the student's, and is not counted.
    """
    met = ParsedError(type=seen.detail.error_type or "Error", message=seen.detail.error_message or "")
    if cut_short(met, excerpt or "") is not None:
        return
    sighting = sighting_of(seen, excerpt)
    others = await keep_sighting(db, seen.student_id, trouble, sighting)
    window = same_error(sighting, others) if others is not None else []
    if window:
        work.publish(same_error_alert(seen, window, work.uuid("alert")))
