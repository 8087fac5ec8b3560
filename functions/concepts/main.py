"""Explains a concept of Python at the student's level."""

from __future__ import annotations

from events.models import ConceptRequested, ResponseProduced
from functions.runtime import Work, consumes
from functions.tutor.answer import Answer
from functions.tutor.explain import Question
from functions.tutor.port import Asker, Tutor


@consumes(ConceptRequested, uses=(Tutor,), limit_s=12)
async def concepts(request: ConceptRequested, work: Work) -> None:
    """Answer a question about a concept."""
    question = Question(
        text=request.text,
        topic=request.topic,
        level=request.level,
        concept=request.concept,
        code=request.code,
    )
    asker = Asker(event_id=work.event.id, student_id=request.student_id)
    work.publish(response(request, await work.use(Tutor).explain(question, asker)))


def response(request: ConceptRequested, answer: Answer) -> ResponseProduced:
    """Wrap an answer as the event that answers the request."""
    return ResponseProduced(
        student_id=request.student_id,
        message_id=request.message_id,
        conversation_id=request.conversation_id,
        agent="concepts",
        text=answer.text,
        parts=list(answer.parts),
        model=answer.model,
        degraded=answer.degraded,
        status="answered",
    )
