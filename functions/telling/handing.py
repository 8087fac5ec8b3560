"""What else a model says of a message: who should have had it, a wish that it holds, and a worry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.models import (
    Agent,
    CodeSubmitted,
    ConceptRequested,
    DebugRequested,
    Difficulty,
    Evidence,
    ExerciseRequested,
    Level,
    ProgressAsked,
    Severity,
    StruggleDetected,
    Topic,
)
from functions.knowledge.library import Concept, library
from functions.knowledge.matching import find_concepts
from functions.telling.head import Head

Asked = ConceptRequested | DebugRequested | CodeSubmitted
Handed = ConceptRequested | DebugRequested | CodeSubmitted | ExerciseRequested | ProgressAsked
Derive = Callable[[str], UUID]
ANY: Topic = "basics"
DIFFICULTY_OF_LEVEL: dict[Level, Difficulty] = {
    "beginner": "easy",
    "learning": "medium",
    "proficient": "hard",
    "mastered": "hard",
}
MAX_SUMMARY = 300


def may_hand_on(asked: Asked, agent: Agent | None, own: Agent) -> bool:
    """Whether a message goes to another agent: once, and only where its answer would reach the student."""
    if agent is None or agent in (own, "triage") or asked.handed_on:
        return False
    in_chat = asked.message_id is not None and asked.conversation_id is not None and bool(asked.text)
    return in_chat and (agent != "code_review" or bool(asked.code))


def handed_on(asked: Asked, agent: Agent, derive: Derive) -> Handed | None:
    """Make the event that hands a message on; None where it lacks what that needs."""
    message, conversation = asked.message_id, asked.conversation_id
    if message is None or conversation is None:
        return None
    text, topic, level = asked.text or "", _topic(asked), asked.level or "beginner"
    about: dict[str, Any] = {
        "message_id": message,
        "conversation_id": conversation,
        "student_id": asked.student_id,
    }
    match agent:
        case "concepts":
            return ConceptRequested(
                **about,
                **_along(asked),
                text=text,
                topic=topic or ANY,
                level=level,
                confidence=1.0,
                explain_code=asked.code is not None or None,
                handed_on=True,
            )
        case "debug":
            return DebugRequested(
                **about, **_along(asked), text=text, topic=topic, level=level, handed_on=True
            )
        case "code_review" if asked.code is not None:
            return CodeSubmitted(
                **about,
                submission_id=derive("handed-on"),
                code=asked.code,
                text=text,
                level=level,
                exercise_id=asked.exercise_id,
                handed_on=True,
            )
        case "exercise":
            return ExerciseRequested(
                **about,
                exercise_id=derive("handed-on"),
                topic=topic or ANY,
                difficulty=DIFFICULTY_OF_LEVEL[level],
            )
        case "progress":
            return ProgressAsked(**about, text=text, topic=topic)
        case _:
            return None


def _topic(asked: Asked) -> Topic | None:
    return None if isinstance(asked, CodeSubmitted) else asked.topic


def _along(asked: Asked) -> dict[str, Any]:
    names = ("code", "error", "exercise_id", "language", "conversation", "in_reply_to")
    return {name: getattr(asked, name, None) for name in names}


def wished(asked: Asked, head: Head, derive: Derive) -> Iterator[ExerciseRequested]:
    """Send on the wish for an exercise that a message holds beside its question."""
    if head.exercise is None or getattr(asked, "exercise_follows", None) or asked.message_id is None:
        return
    concept = known_concept(head.exercise)
    topic = concept.topic if concept is not None else _topic(asked) or ANY
    yield ExerciseRequested(
        exercise_id=derive("wished"),
        student_id=asked.student_id,
        topic=topic,
        difficulty=DIFFICULTY_OF_LEVEL[asked.level or "beginner"],
        # The message has an answer already.
        message_id=None,
        conversation_id=asked.conversation_id,
        concept=concept.id if concept is not None else None,
    )


def known_concept(name: str | None) -> Concept | None:
    """Find the concept that a model names by its id, by an entry of it, or in its own words."""
    books = library()
    if not name:
        return None
    if name in books.concepts:
        return books.concepts[name]
    if name in books.entries:
        return books.concepts[books.entries[name].concept]
    found = find_concepts(name.replace("-", " "))
    return books.concepts[found[0].concept] if found else None


def worried(asked: Asked, head: Head, derive: Derive, at: datetime) -> Iterator[StruggleDetected]:
    """Tell the teacher's side that a student seems to be in trouble with learning."""
    if not head.worry or asked.message_id is None:
        return
    yield says_stuck(derive("worry"), asked.student_id, asked.message_id, asked.text or "", _topic(asked), at)


def says_stuck(
    alert_id: UUID,
    student_id: UUID,
    message_id: UUID,
    text: str,
    topic: Topic | None,
    at: datetime,
    severity: Severity = "medium",
) -> StruggleDetected:
    """Make the event for a message in which a student says that they are stuck."""
    # On one line, as it is shown among other evidence.
    said = " ".join(text.split())[:MAX_SUMMARY]
    return StruggleDetected(
        alert_id=alert_id,
        student_id=student_id,
        topic=topic,
        rule="stuck",
        severity=severity,
        evidence=[Evidence(kind="message", at=at, ref=str(message_id), summary=said)],
        occurred_at=at,
    )


@dataclass(frozen=True, slots=True)
class Further:
    """What follows from what a model says of a message; `handed` when another agent answers it."""

    events: tuple[Handed | StruggleDetected, ...] = ()
    handed: bool = False


def consequences(asked: Asked, head: Head | None, own: Agent, derive: Derive, at: datetime) -> Further:
    """Say what else is published: the message handed on, or a wish and a worry beside the answer."""
    if head is None:
        return Further()
    if may_hand_on(asked, head.hand_over, own) and head.hand_over is not None:
        event = handed_on(asked, head.hand_over, derive)
        if event is not None:
            return Further((event, *worried(asked, head, derive, at)), handed=True)
    return Further((*wished(asked, head, derive), *worried(asked, head, derive, at)))
