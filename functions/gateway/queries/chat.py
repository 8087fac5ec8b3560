"""Conversations and their messages."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.cursors import Place
from functions.gateway.errors import NotFound
from functions.gateway.paging import after
from functions.runtime.database import Connection

BEGIN = """
INSERT INTO conversations (conversation_id, student_id, title, created_at, last_message_at)
VALUES ($1, $2, $3, $4, $4)
"""
CONTINUE = """
UPDATE conversations SET last_message_at = greatest(last_message_at, $3)
 WHERE conversation_id = $1 AND student_id = $2 RETURNING true
"""
WRITE = """
INSERT INTO messages (message_id, conversation_id, student_id, text, code, error, topic, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
FIELDS = "message_id, conversation_id, status, text, code, error, topic, created_at, answer"
MESSAGE = f"SELECT {FIELDS} FROM messages WHERE message_id = $1 AND student_id = $2"
REPLIED_TO = "SELECT conversation_id FROM messages WHERE message_id = $1 AND student_id = $2"
CONVERSATIONS = """
SELECT conversation_id, title, created_at, last_message_at FROM conversations
 WHERE student_id = $1 AND ($2::timestamptz IS NULL OR (last_message_at, conversation_id) < ($2, $3::uuid))
 ORDER BY last_message_at DESC, conversation_id DESC LIMIT $4
"""
ASKED = "SELECT student_id, status, created_at, answered_at FROM messages WHERE message_id = $1"
OWNED = "SELECT true FROM conversations WHERE conversation_id = $1 AND student_id = $2"
MESSAGES = f"""
SELECT {FIELDS} FROM messages
 WHERE conversation_id = $1 AND ($2::timestamptz IS NULL OR (created_at, message_id) < ($2, $3::uuid))
 ORDER BY created_at DESC, message_id DESC LIMIT $4
"""


async def begin(db: Connection, conversation_id: UUID, student_id: UUID, title: str, now: datetime) -> None:
    """Begin a conversation."""
    await db.execute(BEGIN, conversation_id, student_id, title, now)


async def go_on(db: Connection, conversation_id: UUID, student_id: UUID, now: datetime) -> None:
    """Go on with a conversation; raises NotFound unless it is the student's."""
    if not await db.fetchval(CONTINUE, conversation_id, student_id, now):
        raise NotFound("there is no such conversation", field="conversation_id")


async def write(
    db: Connection,
    message_id: UUID,
    conversation_id: UUID,
    student_id: UUID,
    text: str,
    code: str | None,
    error: str | None,
    topic: str | None,
    now: datetime,
) -> None:
    """Write a question."""
    await db.execute(WRITE, message_id, conversation_id, student_id, text, code, error, topic, now)


async def message(db: Connection, message_id: UUID, student_id: UUID) -> dict[str, Any]:
    """Read a message; raises NotFound unless it is the student's."""
    row = await db.fetchrow(MESSAGE, message_id, student_id)
    if row is None:
        raise NotFound("there is no such message")
    return with_answer(dict(row))


async def replied_to(
    db: Connection, message_id: UUID, student_id: UUID, conversation_id: UUID | None
) -> UUID:
    """Find the conversation of a message; NotFound unless it is the student's, and of this conversation."""
    found: UUID | None = await db.fetchval(REPLIED_TO, message_id, student_id)
    if found is None or found != (conversation_id or found):
        raise NotFound("there is no such message in this conversation", field="in_reply_to")
    return found


async def asked(db: Connection, message_id: UUID) -> Record | None:
    """Read who asked a question, and when it was answered; whether the caller may know is theirs to check."""
    return await db.fetchrow(ASKED, message_id)


async def conversations(db: Connection, student_id: UUID, place: Place | None, limit: int) -> list[Record]:
    """List a student's conversations, and one more than the limit."""
    return await db.fetch(CONVERSATIONS, student_id, *after(place), limit + 1)


async def messages(
    db: Connection, conversation_id: UUID, student_id: UUID, place: Place | None, limit: int
) -> list[Record]:
    """List the messages of a conversation, and one more than the limit; raises NotFound for another's."""
    if not await db.fetchval(OWNED, conversation_id, student_id):
        raise NotFound("there is no such conversation")
    return await db.fetch(MESSAGES, conversation_id, *after(place), limit + 1)


def with_answer(row: dict[str, Any]) -> dict[str, Any]:
    """Read the answer of a message."""
    answer = row["answer"]
    return {**row, "answer": None if answer is None else json.loads(answer)}
