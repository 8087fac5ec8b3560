"""The way of a question."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from functions.gateway.models.base import Shape, example
from functions.gateway.models.chat import ACCEPTED, Status

STOP = {"consumer": "triage", "received_ms": 4.1, "took_ms": 5.3, "attempts": 1, "outcome": "handled"}
HOP = {
    "producer": "gateway",
    "type": "learnflow.query.submitted.v1",
    "topic": "learning.requests",
    "at_ms": 0.0,
    "published_ms": 2.2,
    "deliveries": [STOP],
}
JOURNEY = {
    "message_id": ACCEPTED["message_id"],
    "status": "answered",
    "answered_ms": 31.5,
    "settled": True,
    "hops": [HOP],
}


class Stop(Shape):
    """An event at one function."""

    model_config = example(**STOP)

    consumer: str
    received_ms: float
    took_ms: float | None = Field(description="`null` while the function is at work.")
    attempts: int
    outcome: str | None = Field(description="`handled`, or `dead` when it was given up.")


class Hop(Shape):
    """An event: who wrote it, to which topic, and where it was delivered."""

    model_config = example(**HOP)

    producer: str
    type: str
    topic: str
    at_ms: float
    published_ms: float | None = Field(description="`null` while it waits in the outbox.")
    deliveries: list[Stop]


class Journey(Shape):
    """The way of a question; times are milliseconds since it was stored."""

    model_config = example(**JOURNEY)

    message_id: UUID
    status: Status
    answered_ms: float | None
    settled: bool = Field(description="Whether nothing of it is known to be still on its way.")
    hops: list[Hop]
