"""Reading a conversation: one query over its index."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from functions.conversation.state import MAX_TURNS, CodeReader, State, Turn, fold
from functions.runtime.database import Connection

# By time and then id: two messages of one moment need an order, the same at every reading. The moment is the
# stored one where there is one, because the event carries the time of its sender.
EARLIER = f"""
SELECT message_id, text, code, error, answer FROM messages
 WHERE conversation_id = $1 AND student_id = $2 AND message_id <> $3
   AND created_at <= coalesce((SELECT created_at FROM messages WHERE message_id = $3), $4)
 ORDER BY created_at DESC, message_id DESC LIMIT {MAX_TURNS}
"""


async def state_before(
    db: Connection,
    conversation_id: UUID,
    student_id: UUID,
    message_id: UUID,
    at: datetime,
    code_in: CodeReader,
) -> State:
    """Read what a conversation was about before a message; `at` is used where the message is not stored."""
    return fold(await turns_before(db, conversation_id, student_id, message_id, at), code_in)


async def turns_before(
    db: Connection, conversation_id: UUID, student_id: UUID, message_id: UUID, at: datetime
) -> list[Turn]:
    """Read the last turns before a message, the oldest first, with their programs and errors."""
    rows = await db.fetch(EARLIER, conversation_id, student_id, message_id, at)
    return [
        Turn(
            text=row["text"],
            code=row["code"],
            error=row["error"],
            answer=json.loads(row["answer"]) if row["answer"] else None,
            message_id=row["message_id"],
        )
        for row in reversed(rows)
    ]
