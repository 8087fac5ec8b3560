"""Questions to the tutor."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Header

from events.models import QuerySubmitted
from functions.gateway import opening
from functions.gateway.access import Asker, User
from functions.gateway.daily_messages import require_room
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.chat import Accepted, ConversationPage, Message, MessagePage, Question
from functions.gateway.paging import LIMIT, Cursor, Limit, page
from functions.gateway.queries import chat, exercises, idempotency
from functions.gateway.state import Gw, Traceparent
from functions.gateway.waiting import Wait, until
from functions.progress import levels

router = APIRouter(prefix="/chat", tags=["chat"])
TITLE_LENGTH = 80
IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="The same key with the same body gives the same answer for 24 hours, and asks only once; "
        "with another body it is a 422.",
    ),
]


@router.post("/messages", status_code=202, summary="Ask a question", responses=WRITE | problems(404))
async def ask(
    question: Question,
    who: Asker,
    gw: Gw,
    idempotency_key: IdempotencyKey = None,
    traceparent: Traceparent = None,
) -> Accepted:
    """Take a question. It is stored before this answers; the tutor's answer follows on the stream."""
    message_id, new = uuid4(), uuid4()
    async with gw.transaction(message_id, traceparent) as work:
        known = question.conversation_id
        if question.in_reply_to is not None:
            known = await chat.replied_to(work.db, question.in_reply_to, who.user_id, known)
        accepted = Accepted(message_id=message_id, conversation_id=known or new)
        conversation_id = accepted.conversation_id
        key = ("chat", idempotency_key)
        if earlier := await idempotency.repeated(work.db, who.user_id, *key, question, accepted):
            return earlier
        await require_room(work, who.user_id)
        if known is None:
            await chat.begin(work.db, conversation_id, who.user_id, question.text[:TITLE_LENGTH], work.now)
        else:
            await chat.go_on(work.db, conversation_id, who.user_id, work.now)
        fields: dict[str, Any] = question.model_dump(include={"text", "code", "error", "topic"})
        await chat.write(work.db, message_id, conversation_id, who.user_id, **fields, now=work.now)
        about = question.exercise_id and await opening.own(work, question.exercise_id, who.user_id)
        if about is not None:
            await exercises.owned(work.db, about, who.user_id)
        level = await levels.level_of(work.db, who.user_id, question.topic, work.now, gw.mastery)
        work.publish(
            QuerySubmitted(
                message_id=message_id,
                conversation_id=conversation_id,
                student_id=who.user_id,
                level=level,
                exercise_id=about,
                in_reply_to=question.in_reply_to,
                **fields,
            )
        )
    return accepted


@router.get("/messages/{message_id}", summary="A question with its answer", responses=READ)
async def message(message_id: UUID, who: User, gw: Gw, wait: Wait = 0) -> Message:
    """Show a question; with `wait`, as soon as it is answered."""
    read = partial(chat.message, message_id=message_id, student_id=who.user_id)
    found = await until(gw, who.user_id, wait, read, lambda row: row["status"] != "pending")
    return Message(**found)


@router.get("/conversations", summary="The student's conversations", responses=READ)
async def conversations(who: User, gw: Gw, limit: Limit = LIMIT, cursor: Cursor = None) -> ConversationPage:
    """List conversations, the one with the newest message first."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        rows = await chat.conversations(db, who.user_id, place, limit)
    return ConversationPage(**page(rows, limit, gw.cursors, "last_message_at", "conversation_id"))


@router.get(
    "/conversations/{conversation_id}/messages", summary="The messages of a conversation", responses=READ
)
async def messages(
    conversation_id: UUID, who: User, gw: Gw, limit: Limit = LIMIT, cursor: Cursor = None
) -> MessagePage:
    """List the messages of a conversation, newest first."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        rows = await chat.messages(db, conversation_id, who.user_id, place, limit)
    found = page(rows, limit, gw.cursors, "created_at", "message_id")
    return MessagePage(**found | {"items": [chat.with_answer(row) for row in found["items"]]})
