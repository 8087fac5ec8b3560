"""Reads every question and sends it to the agent that answers it."""

from __future__ import annotations

from dataclasses import replace

from events.models import QuerySubmitted
from functions.answers.streaming import AnswerStreams
from functions.diagnosis.runner import Runner
from functions.model.port import Tutor
from functions.progress.levels import LevelRules
from functions.runtime import Work, consumes
from functions.triage.asking import Understood, understand
from functions.triage.classifier import classify
from functions.triage.context import context_of, state_of
from functions.triage.conversation_topic import remember
from functions.triage.going_on import go_on, picked
from functions.triage.routing import asked, asks_for_a_hint, extras, route, stuck
from functions.triage.safeguarding import Safeguarding, safeguard
from functions.triage.switched_off import rules_of, silenced


@consumes(QuerySubmitted, uses=(Tutor, Safeguarding, LevelRules, Runner, AnswerStreams), lease=Tutor)
async def triage(query: QuerySubmitted, work: Work) -> None:
    """Send a question on to exactly one agent, and notice when a student is stuck."""
    told = classify(query)
    # Before anything is read or asked of a model: nothing may keep the answer to a cry for help.
    if told.concern is not None:
        safeguard(query, told.concern, told.language, work.use(Safeguarding), work)
        return
    rules = await rules_of(query, work)
    if rules.silent is not None:
        work.publish(silenced(query, rules.silent))
        return
    state = await state_of(query, work)
    if (chosen := picked(query, state)) is not query:
        query, told = chosen, classify(chosen)
    if (going := go_on(query, told, state)) is not None:
        known = Understood(going.intent)
    else:
        known = await understand(query, told, work)
    intent = known.intent
    facts = await context_of(query, intent, state, going, work)
    context = replace(facts, paid=work.use(Tutor).paid, rules=rules)
    work.publish(route(query, intent, context, known.told))
    for extra in extras(query, intent, context):
        work.publish(extra)
    work.publish(asked(query, intent, context))
    if intent.stuck and not asks_for_a_hint(query):
        work.publish(stuck(query, intent, context))
    if intent.topic is not None:
        async with work.transaction() as db:
            await remember(db, query.conversation_id, query.student_id, intent.topic, work.event.time)
