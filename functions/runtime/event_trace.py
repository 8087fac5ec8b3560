"""The way of one question, submission or exercise, as the outboxes and inboxes recorded it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.runtime.database import Connection

EVENTS = """
SELECT event_id, producer, type, topic, created_at, published_at
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

    @property
    def settled(self) -> bool:
        """Whether the event is published and everybody who received it is done."""
        done = all(one.done_at for one in self.deliveries)
        return self.published_at is not None and bool(self.deliveries) and done


async def read(db: Connection, correlation_id: str) -> list[Hop]:
    """Read all that one beginning caused, in the order in which it was committed."""
    events = await db.fetch(EVENTS, correlation_id)
    deliveries = await db.fetch(DELIVERIES, correlation_id)
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


def since(start: datetime, end: datetime) -> float:
    """Milliseconds between two times."""
    return (end - start).total_seconds() * 1000
