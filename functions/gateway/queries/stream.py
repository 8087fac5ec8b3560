"""Reading a user's stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from functions.runtime.database import Connection

BATCH = 100
NEXT = """
SELECT live.live, e.seq, e.kind, e.data
  FROM (SELECT EXISTS (SELECT 1 FROM sessions WHERE session_id = $3 AND ended_at IS NULL) AS live) AS live
  LEFT JOIN LATERAL (SELECT seq, kind, data FROM stream_events
                      WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $4) AS e ON live.live
"""
BEFORE = "SELECT coalesce(max(seq), 0) FROM stream_events WHERE user_id = $1 AND created_at < $2"


@dataclass(frozen=True, slots=True)
class Batch:
    """What is new on a stream; `live` is False once the session has ended."""

    live: bool
    events: Sequence[Record]


async def next_events(db: Connection, user_id: UUID, after: int, session_id: UUID) -> Batch:
    """Read what comes after a number."""
    rows = await db.fetch(NEXT, user_id, after, session_id, BATCH)
    return Batch(rows[0]["live"], [row for row in rows if row["seq"] is not None])


async def last_before(db: Connection, user_id: UUID, time: datetime) -> int:
    """Find the number of the last event that is older than a time; 0 when there is none."""
    return int(await db.fetchval(BEFORE, user_id, time))
