"""The stream of a user: what the gateway sends over SSE, kept so that a client can resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec

from functions.runtime.database import Connection

CHANNEL = "learnflow_stream"
TRANSIENT_CHANNEL = "learnflow_whispers"
Kind = Literal["answer", "submission", "exercise", "alert", "assignment"]

# The row of user_streams stays locked until the commit: numbers become visible in order, without gaps.
PUSH = """
WITH numbered AS (
    INSERT INTO user_streams AS s (user_id, last_seq) VALUES ($1, 1)
    ON CONFLICT (user_id) DO UPDATE SET last_seq = s.last_seq + 1
    RETURNING last_seq
), written AS (
    INSERT INTO stream_events (user_id, seq, kind, data) SELECT $1, last_seq, $2, $3::jsonb FROM numbered
    RETURNING seq
)
SELECT seq, pg_notify($4, $1::text) FROM written
"""


async def push(db: Connection, user_id: UUID, kind: Kind, data: Mapping[str, Any]) -> int:
    """Append an event to a user's stream in the current transaction and return its number, from 1."""
    row = await db.fetchrow(PUSH, user_id, kind, msgspec.json.encode(data).decode(), CHANNEL)
    if row is None:
        raise LookupError(f"the stream of {user_id} took no event")
    return int(row["seq"])


async def notify_transient(db: Connection, user_id: UUID, data: Mapping[str, Any]) -> None:
    """Tell whoever listens to a user's stream right now something that nobody keeps; less than 8000 bytes."""
    told = msgspec.json.encode({"user_id": str(user_id), **data}).decode()
    await db.execute("SELECT pg_notify($1, $2)", TRANSIENT_CHANNEL, told)


async def ring(db: Connection, user_id: UUID) -> None:
    """Wake whoever waits for something of a user, without putting anything on the stream."""
    await db.execute("SELECT pg_notify($1, $2)", CHANNEL, str(user_id))
