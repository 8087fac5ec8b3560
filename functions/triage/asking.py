"""What triage asks a model: what a doubtful message is for, and the answer where no other agent has one.

One call for both. It is asked wherever triage would refuse, greet beside content, or is not sure enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast, get_args

from events.models import QuerySubmitted
from functions.answers.streaming import AnswerStreams
from functions.diagnosis.runner import Runner
from functions.guardrails.exercises_at_hand import exercises_at_hand
from functions.model import prompts
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt
from functions.runtime import Work
from functions.telling.briefing import brief
from functions.telling.earlier import turns_before
from functions.telling.head import Head
from functions.telling.leaks import secrets_at_hand
from functions.telling.material import Material, Turn
from functions.telling.tell import Telling, Told, tell
from functions.triage.classifier import Intent
from functions.triage.replies import reply
from functions.triage.signals import IntentKind

# Below it, more of the classifier's choices on real questions were wrong than a model is worth asking for.
DOUBT = 0.8
SURE = 0.7
# What others answer; the rest triage answers itself.
OF_OTHERS = frozenset({"concept", "debug", "exercise", "review", "progress"})
# Such kinds are refusals or questions back: a model may know better.
IN_DOUBT = frozenset({"off_topic", "unknown", "homework", "distress"})
MAX_GREETING = 4
OF_AGENT: dict[str, IntentKind] = {
    "concepts": "concept",
    "debug": "debug",
    "code_review": "review",
    "exercise": "exercise",
    "progress": "progress",
}


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message is for, and the answer to it where triage has one in a model's words."""

    intent: Intent
    told: Told | None = None


def worth_asking(query: QuerySubmitted, intent: Intent) -> bool:
    """Whether a model may know better what a message is for."""
    if intent.kind in IN_DOUBT or intent.confidence < DOUBT:
        return True
    if intent.kind == "review" and intent.code is None:
        return True
    beside = len(query.text.split()) > MAX_GREETING or query.code is not None or query.error is not None
    return intent.kind == "greeting" and beside


async def understand(query: QuerySubmitted, intent: Intent, work: Work) -> Understood:
    """Ask a model where that is worth it; without its answer, the classifier's choice stays."""
    tutor = work.use(Tutor)
    if tutor.model is None or not worth_asking(query, intent):
        return Understood(intent)
    asker = RequestContext(event_id=work.event.id, student_id=query.student_id, asked_at=work.event.time)
    async with work.read() as db:
        about = (query.conversation_id, query.student_id, query.message_id, work.event.time)
        turns = await turns_before(db, *about)
        at_hand = await exercises_at_hand(db, query.student_id, query.exercise_id)
    telling = Telling(
        prompt=prompt(query, intent, turns),
        grounded=reply(intent.kind, query.text, stuck=intent.stuck),
        secrets=secrets_at_hand(at_hand, intent.code or query.code, query.exercise_id),
        mutes=lambda head: (named(head) or intent.kind) in OF_OTHERS,
    )
    stream = work.use(AnswerStreams).of(query.student_id, query.message_id, query.conversation_id)
    told = await tell(telling, tutor, work.use(Runner).of(query.student_id), asker, stream.say)
    return _understood(intent, told)


def _understood(intent: Intent, told: Told) -> Understood:
    kind = named(told.head)
    if kind in OF_OTHERS and (told.worded or told.head is not None):
        return Understood(replace(intent, kind=kind, confidence=max(SURE, intent.confidence)))
    if not told.worded or not told.answer.parts:
        return Understood(intent, None if told.worded else told)
    return Understood(intent if kind is None else replace(intent, kind=kind, confidence=SURE), told)


def named(head: Head | None) -> IntentKind | None:
    """Read the intent that a model names, be it by the agent that should have the message."""
    if head is None:
        return None
    if head.intent in get_args(IntentKind):
        return cast(IntentKind, head.intent)
    return OF_AGENT.get(head.hand_over or "")


def prompt(query: QuerySubmitted, intent: Intent, turns: tuple[Turn, ...] = ()) -> Prompt:
    """Ask what a message is for, with all that came along and before."""
    return brief("triage", "intent", "triage", material_of(query, intent, turns))


def material_of(query: QuerySubmitted, intent: Intent, turns: tuple[Turn, ...]) -> Material:
    """Gather what a model is given to tell what a message is for."""
    return Material(
        text=query.text,
        level=query.level,
        language=intent.language.name if intent.language is not None else prompts.ENGLISH,
        code=query.code,
        error=query.error,
        turns=turns,
    )
