"""The way of one question through the system, as the outboxes and inboxes recorded it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

EVENTS = """
SELECT event_id, producer, type, topic, cause_id, created_at, published_at
  FROM outbox WHERE correlation_id = $1 ORDER BY created_at, seq
"""
DELIVERIES = """
SELECT id, consumer, received_at, done_at, attempts, outcome
  FROM inbox WHERE correlation_id = $1 ORDER BY received_at
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event at one consumer."""

    consumer: str
    received_at: datetime
    done_at: datetime | None
    attempts: int
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Hop:
    """One event with all its deliveries."""

    producer: str
    type: str
    topic: str
    created_at: datetime
    published_at: datetime | None
    deliveries: tuple[Delivery, ...]


async def read(database_url: str, correlation_id: str) -> list[Hop]:
    """Read all that one question caused."""
    db = await asyncpg.connect(database_url)
    try:
        events = await db.fetch(EVENTS, correlation_id)
        deliveries = await db.fetch(DELIVERIES, correlation_id)
    finally:
        await db.close()
    return join([dict(row) for row in events], [dict(row) for row in deliveries])


def join(events: Sequence[dict[str, Any]], deliveries: Sequence[dict[str, Any]]) -> list[Hop]:
    """Put every delivery to its event."""
    by_event: dict[str, list[Delivery]] = {}
    for row in deliveries:
        fields = {key: value for key, value in row.items() if key != "id"}
        by_event.setdefault(row["id"], []).append(Delivery(**fields))
    return [
        Hop(
            row["producer"],
            row["type"],
            row["topic"],
            row["created_at"],
            row["published_at"],
            tuple(by_event.get(row["event_id"], ())),
        )
        for row in events
    ]


def render(hops: Sequence[Hop]) -> list[str]:
    """Write one line per event and one per delivery, in milliseconds since the first event was committed."""
    start = hops[0].created_at
    out = [f"{'at ms':>9}  {'took ms':>8}  what"]
    for hop in hops:
        name = hop.type.removeprefix("learnflow.")
        state = "" if hop.published_at else "  (not published yet)"
        out.append(
            f"{since(start, hop.created_at):>9.1f}  {'':>8}  {hop.producer} -> {name} on {hop.topic}{state}"
        )
        for one in hop.deliveries:
            took = f"{since(one.received_at, one.done_at):.1f}" if one.done_at else "-"
            tries = f", {one.attempts} attempts" if one.attempts > 1 else ""
            what = f"{one.consumer} {one.outcome or 'at work'}{tries}"
            out.append(f"{since(start, one.received_at):>9.1f}  {took:>8}      {what}")
    ends = [one.done_at for hop in hops for one in hop.deliveries if one.done_at]
    if ends:
        out.append(f"{since(start, max(ends)):>9.1f}  {'':>8}  end")
    return out


def since(start: datetime, end: datetime) -> float:
    """Milliseconds between two times."""
    return (end - start).total_seconds() * 1000
