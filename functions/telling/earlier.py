"""The last turns of a conversation, with the programs and errors that came along."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from functions.runtime.database import Connection
from functions.telling.briefing import MAX_TURNS
from functions.telling.material import Turn

EARLIER = f"""
SELECT text, code, error, coalesce(answer ->> 'text', '') AS answer FROM messages
 WHERE conversation_id = $1 AND student_id = $2 AND message_id <> $3
   AND created_at <= coalesce((SELECT created_at FROM messages WHERE message_id = $3), $4)
 ORDER BY created_at DESC, message_id DESC LIMIT {MAX_TURNS}
"""


async def turns_before(
    db: Connection, conversation_id: UUID | None, student_id: UUID, message_id: UUID | None, at: datetime
) -> tuple[Turn, ...]:
    """Read the turns before a message, the oldest first; none where there is no conversation."""
    if conversation_id is None or message_id is None:
        return ()
    rows = await db.fetch(EARLIER, conversation_id, student_id, message_id, at)
    return tuple(Turn(row["text"], row["code"], row["error"], row["answer"]) for row in reversed(rows))
