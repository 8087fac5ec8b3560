"""Reads every question and sends it to the agent that answers it."""

from __future__ import annotations

from events.models import QuerySubmitted
from functions.model.port import Tutor
from functions.runtime import Work, consumes
from functions.triage.classifier import Intent, classify
from functions.triage.conversation_topic import remember, topic_of
from functions.triage.llm_fallback import llm_fallback
from functions.triage.routing import Context, asked, asks_for_a_hint, extras, route, stuck
from functions.triage.safeguarding import Safeguarding, safeguard


@consumes(QuerySubmitted, uses=(Tutor, Safeguarding), lease=Tutor)
async def triage(query: QuerySubmitted, work: Work) -> None:
    """Send a question on to exactly one agent, and notice when a student is stuck."""
    tutor, told = work.use(Tutor), classify(query)
    if told.concern is not None:
        safeguard(query, told.concern, told.language, work.use(Safeguarding), work)
        return
    intent = await llm_fallback(told, query.text, tutor, work.event.id, query.student_id, work.event.time)
    context = await _context(query, intent, work)
    work.publish(route(query, intent, context))
    for extra in extras(query, intent, context):
        work.publish(extra)
    work.publish(asked(query, intent, context))
    if intent.stuck and not asks_for_a_hint(query):
        work.publish(stuck(query, intent, context))
    if intent.topic is not None:
        async with work.transaction() as db:
            await remember(db, query.conversation_id, query.student_id, intent.topic, work.event.time)


async def _context(query: QuerySubmitted, intent: Intent, work: Work) -> Context:
    if intent.topic is not None:
        return Context(None, work.event.time, work.uuid)
    async with work.read() as db:
        return Context(await topic_of(db, query.conversation_id), work.event.time, work.uuid)
