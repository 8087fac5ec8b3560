"""From what a message asks for to the one event that leads to its answer.

A table in code: intent and context decide, in the order of the lines, and exactly one event leads to the
answer. Cost: nothing to speak of. What the classifier misread is sent to the wrong agent here, and only the
student's next message mends that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from events.models import (
    ActivityDetail,
    ActivityRecorded,
    AnswerKind,
    CodeSubmitted,
    ConceptRequested,
    Conversation,
    DebugRequested,
    ExerciseRequested,
    Level,
    ProgressAsked,
    QuerySubmitted,
    ResponseProduced,
    SecondaryIntent,
    StruggleDetected,
    Topic,
)
from functions.answers import answer
from functions.answers.answer import GROUNDED
from functions.answers.response import response
from functions.answers.secondary_intents import HOW
from functions.class_rules.rules import NO_RULES, Held
from functions.knowledge.skills import skill_in, skills
from functions.model.reply import ruled
from functions.telling.handing import DIFFICULTY_OF_LEVEL, says_stuck
from functions.telling.tell import Told
from functions.triage.choices import offered
from functions.triage.classifier import Intent
from functions.triage.going import Going
from functions.triage.replies import reply
from functions.triage.signals import IntentKind

Routed = (
    ConceptRequested | DebugRequested | ExerciseRequested | CodeSubmitted | ProgressAsked | ResponseProduced
)
DEFAULT_TOPIC: Topic = "basics"
HINT = re.compile(r"\bhints?\b", re.IGNORECASE)
KIND_OF: dict[IntentKind, AnswerKind] = {"off_topic": "refusal", "unknown": "choice", "homework": "hint"}


@dataclass(frozen=True, slots=True)
class Context:
    """What else routing needs: the topic of the conversation, the time, and a maker of stable ids.

    `level` is the student's in the topic of the question; `going` says how the message goes on; `paid`
    whether a model is configured.
    """

    topic: Topic | None
    at: datetime
    derive: Callable[[str], UUID]
    level: Level | None = None
    going: Going | None = None
    conversation: Conversation | None = None
    language: str | None = None
    paid: bool = False
    rules: Held = NO_RULES


def route(query: QuerySubmitted, intent: Intent, context: Context, told: Told | None = None) -> Routed:
    """Choose the event that leads to exactly one answer; `told` is one that there is already."""
    going = context.going
    if going is not None and going.parts:
        said = ruled(going.parts, paid=context.paid)
        return response(query, "triage", said, kind="exercise", exercise_id=going.exercise_id)
    match intent.kind:
        case "concept":
            return _concept(query, intent, context)
        case "debug":
            return _debug(query, intent, context)
        case "exercise":
            return _exercise(query, intent, context)
        case "review" if intent.code is not None:
            return _review(query, intent, intent.code, context)
        case "progress":
            return ProgressAsked(
                message_id=query.message_id,
                conversation_id=query.conversation_id,
                student_id=query.student_id,
                text=query.text,
                topic=intent.topic or (context.topic if going and going.wish == "quiz" else None),
                wish=going.wish if going else None,
                concept=intent.concept,
                quiz_id=going.quiz_id if going else None,
                with_model=context.paid or None,
            )
        case _:
            return _answer(query, intent, context, told)


def extras(query: QuerySubmitted, intent: Intent, context: Context) -> list[ExerciseRequested]:
    """Send on what else a message asks for: an exercise comes by itself, beside the answer."""
    if "exercise" not in intent.also:
        return []
    # Without the message: it is answered by another agent, and a message has one answer.
    return [replace(_exercise(query, intent, context), message_id=None)]


def others(intent: Intent) -> list[SecondaryIntent] | None:
    """Give what else a message asks for and does not come by itself, as an exercise does."""
    return [wish for wish in intent.also if wish in HOW] or None


def asked(query: QuerySubmitted, intent: Intent, context: Context) -> ActivityRecorded:
    """Record that a question was asked, and what triage made of it."""
    return ActivityRecorded(
        activity_id=context.derive("activity"),
        student_id=query.student_id,
        kind="question.asked",
        topic=intent.topic,
        occurred_at=context.at,
        detail=ActivityDetail(message_id=query.message_id, intent=intent.kind),
    )


def asks_for_a_hint(query: QuerySubmitted) -> bool:
    """Whether a message is the wish for a hint on an exercise, which is no alarm: help was asked for."""
    return query.exercise_id is not None and HINT.search(query.text) is not None


def stuck(query: QuerySubmitted, intent: Intent, context: Context) -> StruggleDetected:
    """Tell the teacher's side that the student says they are stuck."""
    return says_stuck(
        context.derive("alert"),
        query.student_id,
        query.message_id,
        query.text,
        intent.topic or context.topic,
        context.at,
        "high" if intent.despairs else "medium",
    )


def _concept(query: QuerySubmitted, intent: Intent, context: Context) -> ConceptRequested:
    going = context.going
    return ConceptRequested(
        message_id=query.message_id,
        conversation_id=query.conversation_id,
        student_id=query.student_id,
        text=going.text if going else query.text,
        code=intent.code,
        error=intent.error,
        topic=intent.topic or context.topic or DEFAULT_TOPIC,
        level=intent.level or context.level or query.level,
        concept=intent.concept,
        confidence=intent.confidence,
        also=others(intent),
        explain_code=(going.explains_code if going else intent.explains) or None,
        follow_up=going.follow_up if going else None,
        language=context.language,
        in_reply_to=query.in_reply_to,
        exercise_id=query.exercise_id,
        conversation=context.conversation,
        not_yet=list(context.rules.not_yet) or None,
        class_rules=list(context.rules.wording) or None,
        exercise_follows="exercise" in intent.also or None,
    )


def _debug(query: QuerySubmitted, intent: Intent, context: Context) -> DebugRequested:
    return DebugRequested(
        message_id=query.message_id,
        conversation_id=query.conversation_id,
        student_id=query.student_id,
        text=query.text,
        code=intent.code,
        error=intent.error,
        topic=intent.topic or context.topic,
        level=intent.level or context.level or query.level,
        parsed_error=intent.parsed_error,
        exercise_id=query.exercise_id or (context.going.exercise_id if context.going else None),
        also=others(intent),
        wants_solution=intent.wants_solution or None,
        follow_up=context.going.follow_up if context.going else None,
        language=context.language,
        in_reply_to=query.in_reply_to,
        conversation=context.conversation,
        exercise_follows="exercise" in intent.also or None,
        highest_rung=context.rules.highest_rung,
        rung_of=context.rules.rung_of,
        not_yet=list(context.rules.not_yet) or None,
        class_rules=list(context.rules.wording) or None,
    )


def _exercise(query: QuerySubmitted, intent: Intent, context: Context) -> ExerciseRequested:
    skill = skill_in(query.text)
    topic = skills()[skill].topic if skill else intent.topic
    return ExerciseRequested(
        exercise_id=context.derive("exercise"),
        student_id=query.student_id,
        topic=topic or context.topic or DEFAULT_TOPIC,
        difficulty=intent.difficulty or DIFFICULTY_OF_LEVEL[context.level or query.level],
        message_id=query.message_id,
        conversation_id=query.conversation_id,
        concept=skill or intent.concept,
    )


def _review(query: QuerySubmitted, intent: Intent, code: str, context: Context) -> CodeSubmitted:
    return CodeSubmitted(
        submission_id=context.derive("submission"),
        student_id=query.student_id,
        code=code,
        exercise_id=query.exercise_id,
        text=query.text,
        message_id=query.message_id,
        conversation_id=query.conversation_id,
        level=context.level or query.level,
        also=others(intent),
    )


def _answer(query: QuerySubmitted, intent: Intent, context: Context, told: Told | None) -> ResponseProduced:
    kind: AnswerKind = KIND_OF.get(intent.kind, "chat")
    if told is not None and told.answer.model != GROUNDED:
        return response(query, "triage", told.answer, kind=kind)
    polite = (answer.text(intent.language.polite),) if intent.language else ()
    parts = (*polite, *reply(intent.kind, query.text, stuck=intent.stuck))
    why = told.answer.why if told is not None else None
    said = ruled(parts, paid=context.paid, why=why)
    choices = offered(query.text) if kind == "choice" and not intent.stuck else None
    return response(query, "triage", said, kind=kind, choices=choices)
