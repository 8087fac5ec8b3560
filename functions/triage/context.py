"""What triage reads of the student and the conversation before it decides."""

from __future__ import annotations

from events.models import QuerySubmitted
from functions.conversation.follow_ups import language_wished
from functions.conversation.state import State
from functions.conversation.store import state_before
from functions.progress.levels import LevelRules, level_in
from functions.runtime import Work
from functions.triage.classifier import Intent
from functions.triage.conversation_topic import topic_of
from functions.triage.going import Going
from functions.triage.going_on import conversation
from functions.triage.reading import code_in
from functions.triage.routing import DEFAULT_TOPIC, Context


async def state_of(query: QuerySubmitted, work: Work) -> State:
    """Read what the conversation was about before this message."""
    # The time of the event, not of the clock: a message that is delivered late reads what was there when it
    # was sent.
    about = (query.conversation_id, query.student_id, query.message_id, work.event.time)
    async with work.read() as db:
        return await state_before(db, *about, code_in)


async def context_of(
    query: QuerySubmitted, intent: Intent, state: State, going: Going | None, work: Work
) -> Context:
    """Read what routing needs; the level is that of the topic, beginner where nothing of it is known."""
    async with work.read() as db:
        topic = None
        if intent.topic is None:
            topic = await topic_of(db, query.conversation_id)
        about = intent.topic or topic or DEFAULT_TOPIC
        known = await level_in(db, query.student_id, about, work.now, work.use(LevelRules).mastery)
    return Context(
        topic=topic,
        at=work.event.time,
        derive=work.uuid,
        # Too simple an explanation costs a message, too hard a one loses the student.
        level=known or "beginner",
        going=going,
        conversation=conversation(query, state, going.follow_up if going else None),
        language=intent.language.code if intent.language is not None else wished(query, state),
    )


def wished(query: QuerySubmitted, state: State) -> str | None:
    """Name the language that the student asked for, in this message or before; None for English."""
    code = language_wished(query.text) or state.language
    return None if code == "en" else code
