"""The way of a question through topics and functions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from functions.gateway.access import User
from functions.gateway.errors import NotFound
from functions.gateway.models.base import READ
from functions.gateway.models.journey import Hop, Journey, Stop
from functions.gateway.queries import chat, classes
from functions.gateway.state import Gw, RequestId
from functions.runtime import event_trace

router = APIRouter(prefix="/chat", tags=["chat"])
# The same words for a message that is not there and for one of a student one does not teach.
MISSING = "there is no such message"


@router.get("/messages/{message_id}/journey", summary="The way of a question", responses=READ)
async def way(message_id: UUID, who: User, gw: Gw, request_id: RequestId) -> Journey:
    """Show by which functions a question went, and when; to its student and their teachers.

    What is older than the system remembers events (30 days) has no hops any more.
    """
    async with gw.read() as db:
        asked = await chat.asked(db, message_id)
        if asked is None:
            raise NotFound(MISSING)
        try:
            await classes.require_view(db, who.user_id, who.role, asked["student_id"], "journey", request_id)
        except NotFound:
            raise NotFound(MISSING) from None
        hops = await event_trace.read(db, str(message_id))
    start = hops[0].created_at if hops else asked["created_at"]
    return Journey(
        message_id=message_id,
        status=asked["status"],
        answered_ms=since(start, asked["answered_at"]),
        settled=asked["status"] != "pending" and all(hop.settled for hop in hops),
        hops=[shown(hop, start) for hop in hops],
    )


def shown(hop: event_trace.Hop, start: datetime) -> Hop:
    """Show an event with its times since the start."""
    return Hop(
        producer=hop.producer,
        type=hop.type,
        topic=hop.topic,
        at_ms=round(event_trace.since(start, hop.created_at), 1),
        published_ms=since(start, hop.published_at),
        deliveries=[
            Stop(
                consumer=one.consumer,
                received_ms=round(event_trace.since(start, one.received_at), 1),
                took_ms=since(one.received_at, one.done_at),
                attempts=one.attempts,
                outcome=one.outcome,
            )
            for one in hop.deliveries
        ],
    )


def since(start: datetime, end: datetime | None) -> float | None:
    """Milliseconds to one decimal; None for what has not happened yet."""
    return None if end is None else round(event_trace.since(start, end), 1)
