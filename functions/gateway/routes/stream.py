"""The stream of events of the signed-in user (SSE)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid4

from asyncpg import Record
from fastapi import APIRouter, Header, Query
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse

from functions.gateway.access import Bearer, Identity, User, admit
from functions.gateway.errors import TooMany, Unauthenticated
from functions.gateway.models.base import READ
from functions.gateway.models.chat import StreamToken
from functions.gateway.queries import classes, stream
from functions.gateway.state import Gateway, Gw
from functions.gateway.tokens import STREAM_S
from functions.gateway.waiting import read_once
from functions.runtime.errors import RetryLater

router = APIRouter(prefix="/stream", tags=["stream"])
LOOK_BACK = timedelta(seconds=60)
HEARTBEAT_S = 10.0
RETRY_MS = 1000
HEARTBEAT = b": still here\n\n"
HEADERS = {"cache-control": "no-store, no-transform", "x-accel-buffering": "no"}
EXAMPLE = """id: 7
event: answer
data: {"message_id": "0b6f3a5d-8e11-4f0e-9d3c-6c1f9c0e6a0f", "status": "answered", "answer": {"text": "..."}}

"""
DESCRIPTION = """
Events `answer`, `submission`, `exercise`, `assignment` and `alert`, each with the user's running number as
`id`, and a comment every 10 seconds. To resume, send the last number as `Last-Event-ID` or
`?last_event_id=`. Without it the stream begins with the events of the last 60 seconds, so that an answer
that was quicker than the connection is not missed: who reconnects without a number may see an event twice,
with the same `id`. What a teacher said about a hand-in comes as `submission` with `agent` `teacher`.

While a model writes an answer, its first words come as `answer.delta` without an `id`: `{message_id,
conversation_id, seq, text}`. `seq` counts from 1; put the texts together in this order. They are not kept:
after a gap, or a reconnect, wait for `answer`, which is the record and replaces what was shown.

`EventSource` cannot send headers: get a token from `POST /stream/token` and open `/stream?token=...` within
two minutes. The stream ends with the access token or after some minutes; reconnect then.
"""
LastEventId = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=2**62)]
LastEventIdQuery = Annotated[int | None, Query(alias="last_event_id", ge=0, le=2**62)]

log = logging.getLogger(__name__)


@router.post("/token", summary="A token for EventSource", responses=READ)
async def token(who: User, gw: Gw) -> StreamToken:
    """Make a token that opens the stream within two minutes, and nothing else."""
    return StreamToken(token=gw.tokens.stream(who.user_id, who.session_id, gw.now), expires_in=STREAM_S)


@router.get(
    "",
    summary="Events as they happen",
    description=DESCRIPTION,
    response_class=StreamingResponse,
    responses=READ
    | {
        200: {
            "description": "Events.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
        }
    },
)
async def events(
    gw: Gw,
    bearer: Bearer,
    header: LastEventId = None,
    query: LastEventIdQuery = None,
    token: Annotated[str | None, Query(max_length=2000)] = None,
) -> StreamingResponse:
    """Open the stream."""
    who, limit_s = await opening(gw, bearer.credentials if bearer else None, token)
    if gw.hub.streams(who.user_id) >= gw.settings.streams:
        raise TooMany(f"{gw.settings.streams} streams are open already", retry_after_s=10)
    after = header if header is not None else query
    if after is None:
        async with gw.read() as db:
            after = await stream.last_before(db, who.user_id, gw.now - LOOK_BACK)
    return StreamingResponse(sending(gw, who, after, limit_s), 200, HEADERS, "text/event-stream")


async def opening(gw: Gateway, access: str | None, token: str | None) -> tuple[Identity, float]:
    """Find out who opens the stream, and for how many seconds at most."""
    if access is None and token is None:
        raise Unauthenticated("send an access token, or a stream token as `?token=`")
    if access is not None:
        who = await admit(gw, await gw.tokens.check(access), "general")
        return who, min(gw.settings.stream_limit_s, (who.expires_at - gw.now).total_seconds())
    who = await admit(gw, await gw.tokens.check(token or "", stream=True), "general")
    return who, gw.settings.stream_limit_s


async def sending(gw: Gateway, who: Identity, after: int, limit_s: float) -> AsyncIterator[bytes]:
    """Send events until the time is over, the session ends or the process stops."""
    clock = asyncio.get_running_loop().time
    end, spoke = clock() + limit_s, clock()
    with gw.hub.stream(who.user_id) as bell, gw.hub.ear(bell) as heard:
        yield f": welcome\nretry: {RETRY_MS}\n\n".encode()
        while clock() < end and not gw.floor.stopping.is_set():
            batch = await look(gw, who, after)
            if batch is not None and not batch.live:
                return
            while heard:
                spoke = clock()
                yield format_sse_event(data_str=heard.popleft(), event="answer.delta")
            if batch and who.role == "teacher":
                await note_views(gw, who, batch.events)
            for row in batch.events if batch else ():
                after, spoke = row["seq"], clock()
                yield format_sse_event(data_str=row["data"], event=row["kind"], id=str(after))
            if batch and batch.events:
                continue
            if clock() - spoke >= HEARTBEAT_S:
                spoke = clock()
                yield HEARTBEAT
            await gw.hub.wait(bell, min(end, spoke + HEARTBEAT_S) - clock())


async def note_views(gw: Gateway, who: Identity, rows: Sequence[Record]) -> None:
    """Keep that a teacher is shown students' words: an alert, or a digest of several."""
    students = {student for row in rows if row["kind"] == "alert" for student in students_in(row["data"])}
    async with gw.read() as db:
        await classes.viewed(db, who.user_id, sorted(students), "alert on the stream", uuid4().hex)


def students_in(data: str) -> Iterator[UUID]:
    """Name the students that the data of an alert event is about."""
    told = json.loads(data)
    for alert in (told, *told.get("digest", ())):
        if student := alert.get("student"):
            yield UUID(student["student_id"])


async def look(gw: Gateway, who: Identity, after: int) -> stream.Batch | None:
    """Read what is new; None while the database is away, which the stream outlives."""
    try:
        return await read_once(gw, lambda db: stream.next_events(db, who.user_id, after, who.session_id))
    except RetryLater as error:
        log.warning("the stream waits: %s", error)
        return None
