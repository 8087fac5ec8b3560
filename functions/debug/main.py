"""Helps with errors: hints that go one step further each time, and never the solution unasked."""

from __future__ import annotations

from events.models import ActivityRecorded, DebugRequested
from functions.analysis.walls import Walls
from functions.answers.response import response
from functions.answers.streaming import AnswerStreams
from functions.debug.case import open_case
from functions.debug.gate import refused
from functions.debug.hinting import hint_extras, worded, wording_told
from functions.debug.recording import note_error, record, trouble_in
from functions.diagnosis.runner import Runner
from functions.model.port import RequestContext, Tutor
from functions.runtime import Work, consumes
from functions.telling.handing import consequences

# Of the time that a student waits: the most for running the program, and what is left to word the hint.
MAX_RUN_S = 2.5
MIN_FOR_WORDS_S = 1.0


@consumes(
    DebugRequested,
    ActivityRecorded,
    uses=(Tutor, Runner, Walls, AnswerStreams),
    limit_s=20,
    kinds=("error.seen",),
)
async def debug(event: DebugRequested | ActivityRecorded, work: Work) -> None:
    """Answer a call for help, and notice when a student meets the same error again and again."""
    match event:
        case DebugRequested():
            await _help(event, work)
        case ActivityRecorded(kind="error.seen"):
            async with work.transaction() as db:
                await note_error(db, event, event.detail.fingerprint or trouble_in(event.detail), None, work)


async def _help(request: DebugRequested, work: Work) -> None:
    if parts := await refused(request, work.use(Walls)):
        work.publish(response(request, "debug", work.use(Tutor).by_rule(parts)))
        return
    asker = RequestContext(event_id=work.event.id, student_id=request.student_id, asked_at=work.event.time)
    run_s = min(MAX_RUN_S, work.use(Tutor).left_s(asker) - MIN_FOR_WORDS_S)
    case = await open_case(request, work, run_s)
    told = await worded(request, case, work, asker)
    further = consequences(request, told.head, "debug", work.uuid, work.event.time)
    async with work.transaction() as db:
        if not further.handed:
            wording = wording_told(case, told)
            await record(db, request, case, work, wording)
            work.publish(response(request, "debug", told.answer, **hint_extras(case, wording)))
        for event in further.events:
            work.publish(event)
