"""The outbox: events that are committed and wait to be published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from asyncpg import Connection, Record

from functions.runtime.envelope import Outgoing

WRITE = """
INSERT INTO outbox (producer, event_id, type, topic, correlation_id, attributes, data)
SELECT $1, o.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bytea[]) AS o
RETURNING seq
"""
UNSENT = """
SELECT seq, topic, attributes, data FROM outbox
 WHERE producer = $1 AND cause_source = $2 AND cause_id = $3 AND published_at IS NULL ORDER BY seq
"""
LEFT_BEHIND = """
UPDATE outbox SET attempts = attempts + 1, next_attempt_at = clock_timestamp() + make_interval(secs => $2)
 WHERE seq IN (SELECT seq FROM outbox WHERE published_at IS NULL AND next_attempt_at <= clock_timestamp()
                ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING seq, topic, attributes, data
"""
WAITING = """
SELECT count(*) AS waiting,
       coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age_s
  FROM outbox WHERE published_at IS NULL
"""
PUBLISHED = "UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY($1::bigint[])"


@dataclass(frozen=True, slots=True)
class Row:
    """One outbox row with its event."""

    seq: int
    event: Outgoing


Columns = tuple[list[str], list[str], list[str], list[str | None], list[str], list[bytes]]


def columns(events: Sequence[Outgoing]) -> Columns:
    """Lay events out as the array parameters of an insert."""
    return (
        [e.id for e in events],
        [e.attributes["type"] for e in events],
        [e.topic for e in events],
        [e.attributes.get("correlationid") for e in events],
        [json.dumps(dict(e.attributes)) for e in events],
        [e.data for e in events],
    )


async def write(db: Connection[Record], producer: str, events: Sequence[Outgoing]) -> list[Row]:
    """Write events that no event caused, in the caller's transaction."""
    rows = await db.fetch(WRITE, producer, *columns(events))
    return [Row(row["seq"], event) for row, event in zip(rows, events, strict=True)]


async def unsent(db: Connection[Record], producer: str, source: str, event_id: str) -> list[Row]:
    """Find what an event caused and was not published yet."""
    return [row_of(r) for r in await db.fetch(UNSENT, producer, source, event_id)]


async def left_behind(db: Connection[Record], limit: int, retry_s: float) -> list[Row]:
    """Take up to `limit` rows that were not published; others leave them alone for `retry_s` seconds."""
    return [row_of(r) for r in await db.fetch(LEFT_BEHIND, limit, retry_s)]


async def waiting(db: Connection[Record]) -> tuple[int, float]:
    """Count what waits to be published, and give the age of the oldest in seconds."""
    row = await db.fetchrow(WAITING)
    return (row["waiting"], row["age_s"]) if row else (0, 0.0)


async def published(db: Connection[Record], seqs: Sequence[int]) -> None:
    """Note that rows were published."""
    await db.execute(PUBLISHED, list(seqs))


def row_of(record: Record) -> Row:
    """Read a row back."""
    return Row(record["seq"], Outgoing(record["topic"], json.loads(record["attributes"]), record["data"]))
