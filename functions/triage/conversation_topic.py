"""The topic of a conversation, kept from message to message."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from events.models import Topic
from functions.runtime.database import Connection

# By the time of the messages: sources are unordered, and a late one must not turn the topic back.
REMEMBER = """
INSERT INTO conversation_topics AS kept (conversation_id, student_id, topic, seen_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (conversation_id) DO UPDATE SET topic = excluded.topic, seen_at = excluded.seen_at
WHERE kept.seen_at <= excluded.seen_at
"""


async def topic_of(db: Connection, conversation_id: UUID) -> Topic | None:
    """Say what a conversation was about last."""
    found = await db.fetchval(
        "SELECT topic FROM conversation_topics WHERE conversation_id = $1", conversation_id
    )
    return cast(Topic | None, found)


async def remember(
    db: Connection, conversation_id: UUID, student_id: UUID, topic: Topic, at: datetime
) -> None:
    """Keep what a conversation is about; the latest message decides, in whatever order they arrive."""
    await db.execute(REMEMBER, conversation_id, student_id, topic, at)
