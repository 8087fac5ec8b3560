"""Explains a concept of Python at the student's level."""

from __future__ import annotations

from events.models import ConceptRequested
from functions.answers.response import response
from functions.concepts.answer_stream import AnswerStreams
from functions.concepts.conversation import Rules, understood
from functions.concepts.explaining import Explainer
from functions.diagnosis.runner import Runner
from functions.model.port import RequestContext, Tutor
from functions.runtime import Work, consumes


@consumes(ConceptRequested, uses=(Tutor, Runner, Rules, AnswerStreams), limit_s=12)
async def concepts(request: ConceptRequested, work: Work) -> None:
    """Answer a question about a concept."""
    question, context = await understood(request, work)
    asker = RequestContext(event_id=work.event.id, student_id=request.student_id, asked_at=work.event.time)
    speaker = work.use(AnswerStreams).of(request.student_id, request.message_id, request.conversation_id)
    explainer = Explainer(question, context, work.use(Tutor), work.use(Runner))
    work.publish(response(request, "concepts", await explainer.explain(asker, speaker.say)))
