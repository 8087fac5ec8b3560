"""Questions and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from events.models import Agent, AnswerKind, Topic
from functions.gateway.models.base import CODE_BYTES, Body, Code, Shape, Storable, Text, example

ANSWER = {
    "agent": "concepts",
    "text": "A `for` loop takes one item after the other ...",
    "degraded": False,
    "created_at": "2026-11-23T09:00:01Z",
}
ACCEPTED = {
    "message_id": "0b6f3a5d-8e11-4f0e-9d3c-6c1f9c0e6a0f",
    "conversation_id": "c2a4d0fe-35d1-4a52-8b0e-5b7e3a0c9d21",
    "status": "pending",
}
MESSAGE = {
    **ACCEPTED,
    "status": "answered",
    "text": "How does a for loop work?",
    "code": None,
    "error": None,
    "topic": "control-flow",
    "created_at": "2026-11-23T09:00:00Z",
    "answer": ANSWER,
}
CONVERSATION = {
    "conversation_id": ACCEPTED["conversation_id"],
    "title": "How does a for loop work?",
    "created_at": "2026-11-23T09:00:00Z",
    "last_message_at": "2026-11-23T09:00:00Z",
}
CURSOR = "b3BhcXVlIHBsYWNlIGluIHRoZSBsaXN0"
Status = Literal["pending", "answered", "failed"]


class Question(Body):
    """A question; with no conversation it begins one."""

    model_config = example(
        text="Why does this fail?", code="print(x)", error="NameError: name 'x' is not defined"
    )

    text: Text
    conversation_id: UUID | None = None
    topic: Topic | None = None
    code: Code | None = None
    error: Annotated[Storable, Field(max_length=CODE_BYTES)] | None = None
    exercise_id: Annotated[UUID | None, Field(description="The exercise that is worked on.")] = None
    in_reply_to: Annotated[
        UUID | None,
        Field(description="The question whose answer this replies to: its check, or one of its choices."),
    ] = None


class Accepted(Shape):
    """A question that was taken; its answer follows."""

    model_config = example(**ACCEPTED)

    message_id: UUID
    conversation_id: UUID
    status: Literal["pending"] = "pending"


class Check(Shape):
    """A question that the tutor asks back; reply to it with `in_reply_to`."""

    question: str
    kind: str = Field(description="What answers it: value, output, choice, text or open.")


class Choice(Shape):
    """What the student may have meant; send its text, with `in_reply_to`, to pick it."""

    label: str
    text: str


class Answer(Shape):
    """An agent's answer; `degraded` tells that the tutor answered without its model."""

    model_config = example(**ANSWER)

    agent: Agent
    text: str = Field(description="Markdown.")
    parts: list[dict[str, Any]] = Field([])
    degraded: bool
    model: str | None = None
    exercise_id: UUID | None = None
    quiz_id: UUID | None = Field(None, description="The quiz that it begins or goes on with.")
    submission_id: UUID | None = None
    hint_level: str | None = None
    kind: AnswerKind | None = Field(None, description="What sort of answer it is.")
    concept: str | None = None
    check: Check | None = None
    choices: list[Choice] | None = None
    why: str | None = Field(None, description="Why a model that is configured had no part in it.")
    created_at: datetime


class Message(Shape):
    """A question and, once it is there, its answer."""

    model_config = example(**MESSAGE)

    message_id: UUID
    conversation_id: UUID
    status: Status
    text: str
    code: str | None = None
    error: str | None = None
    topic: Topic | None = None
    created_at: datetime
    answer: Answer | None = None


class MessagePage(Shape):
    """Messages, newest first."""

    model_config = example(items=[MESSAGE], next_cursor=CURSOR)

    items: list[Message]
    next_cursor: str | None


class Conversation(Shape):
    """A conversation."""

    model_config = example(**CONVERSATION)

    conversation_id: UUID
    title: str
    created_at: datetime
    last_message_at: datetime


class ConversationPage(Shape):
    """Conversations, newest first."""

    model_config = example(items=[CONVERSATION], next_cursor=None)

    items: list[Conversation]
    next_cursor: str | None


class StreamToken(Shape):
    """A token that opens the stream and nothing else, for clients that cannot send headers."""

    model_config = example(token="eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", expires_in=120)

    token: str
    expires_in: int
