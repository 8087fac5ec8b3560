"""The one place where an answer becomes the event that carries it to the student."""

from __future__ import annotations

from typing import Protocol, TypedDict, Unpack
from uuid import UUID

from events.models import (
    Agent,
    AnswerKind,
    CheckQuestion,
    Choice,
    HintLevel,
    ResponseProduced,
    ResponseStatus,
)
from functions.answers.answer import Answer, markdown
from functions.answers.secondary_intents import others
from functions.class_rules.course import for_course

KIND_OF: dict[Agent, AnswerKind] = {
    "triage": "chat",
    "concepts": "concept",
    "debug": "hint",
    "code_review": "review",
    "exercise": "exercise",
    "progress": "progress",
}


class Asked(Protocol):
    """An event that somebody waits for an answer to."""

    @property
    def student_id(self) -> UUID:
        """Who asked."""

    @property
    def message_id(self) -> UUID | None:
        """The message to be answered, when it came from the chat."""

    @property
    def conversation_id(self) -> UUID | None:
        """The conversation of that message."""


class Extras(TypedDict, total=False):
    """What only some answers have; `text` where it is not the parts as Markdown."""

    text: str
    submission_id: UUID | None
    exercise_id: UUID | None
    quiz_id: UUID | None
    status: ResponseStatus
    hint_level: HintLevel | None
    hint_fault: str | None
    hint_wording: str | None
    kind: AnswerKind | None
    concept: str | None
    check: CheckQuestion | None
    choices: list[Choice] | None
    why: str | None


def response(asked: Asked, agent: Agent, answer: Answer, **extras: Unpack[Extras]) -> ResponseProduced:
    """Wrap an answer as the event that answers another one, with how to get what else was asked for."""
    # Of DebugRequested and its kin some carry `also` and some do not; the events are released and stay as
    # they are. A model was told of all that the message asks for.
    also = None if answer.by_model else getattr(asked, "also", None)
    not_yet = getattr(asked, "not_yet", None)
    told = for_course(
        answer.parts,
        not_yet=not_yet,
        wording=getattr(asked, "class_rules", None),
        own=getattr(asked, "code", None),
    )
    if not_yet and told != answer.parts:
        # A check question would ask for what was left out.
        extras["check"] = None
    parts = [*told, *others(also)]
    extras.setdefault("text", markdown(parts))
    extras.setdefault("status", "answered")
    extras.setdefault("kind", KIND_OF[agent])
    extras.setdefault("why", answer.why)
    return ResponseProduced(
        student_id=asked.student_id,
        message_id=asked.message_id,
        conversation_id=asked.conversation_id,
        agent=agent,
        parts=parts,
        model=answer.model,
        degraded=answer.degraded,
        **extras,
    )
