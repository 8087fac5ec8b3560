"""Explains a concept of Python, or a program, at the student's level."""

from __future__ import annotations

from events.models import ConceptRequested
from functions.answers.response import response
from functions.answers.streaming import AnswerStreams
from functions.concepts.responding import respond
from functions.diagnosis.runner import Runner
from functions.model.port import Tutor
from functions.progress.levels import LevelRules
from functions.runtime import Work, consumes
from functions.telling.handing import consequences


@consumes(ConceptRequested, uses=(Tutor, Runner, LevelRules, AnswerStreams), limit_s=12)
async def concepts(request: ConceptRequested, work: Work) -> None:
    """Answer a question about a concept or a program, or hand on what is neither."""
    reply = await respond(request, work)
    further = consequences(request, reply.head, "concepts", work.uuid, work.event.time)
    if not further.handed:
        work.publish(response(request, "concepts", reply.answer, **reply.extras))
        if reply.evidence is not None:
            work.publish(reply.evidence)
    for event in further.events:
        work.publish(event)
