"""What a question and an event take through the whole local system."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import httpx
from httpx_sse import aconnect_sse

from tests.bench.figures import Figure

STUDENTS, QUESTIONS, EVENTS, WARM_UP = 10, 200, 300, 20
PACE_S = 0.1
ACTIVITY = "learnflow.activity.recorded.v1"
DONE = (
    "SELECT id, done_at FROM inbox WHERE consumer = 'progress' AND source = '/bench' AND id = ANY($1::text[])"
)


async def measure(exports: Mapping[str, str]) -> list[Figure]:
    """Measure questions first, then events."""
    return [await questions(exports["LEARNFLOW_URL"]), await events(exports)]


async def questions(url: str) -> Figure:
    """Ask one question at a time, from the POST to the answer on the stream."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30) as client:
        students = [await Student.register(client) for _ in range(STUDENTS)]
        samples = []
        for turn in range(WARM_UP + QUESTIONS):
            student = students[turn % STUDENTS]
            samples.append(await student.ask("What is a for loop?"))
            await asyncio.sleep(PACE_S)
        for student in students:
            await student.leave()
    return Figure.of("question → answer on SSE, grounded tutor", samples[WARM_UP:], "≤ 80 / ≤ 400 ms")


class Student:
    """A signed-in student with an open stream."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}
        self._arrived: dict[str, asyncio.Future[float]] = {}
        self._open = asyncio.Event()
        self._stream = asyncio.create_task(self._listen())

    @classmethod
    async def register(cls, client: httpx.AsyncClient) -> Student:
        """Make an account and connect its stream."""
        body = {"email": f"{uuid4().hex}@example.com", "password": uuid4().hex, "display_name": "Bench"}
        answer = await client.post("/auth/register", json={**body, "role": "student"})
        student = cls(client, answer.raise_for_status().json()["access_token"])
        await student._open.wait()
        return student

    async def ask(self, text: str) -> float:
        """Ask and give the milliseconds until the answer is there."""
        before = time.perf_counter()
        answer = await self._client.post("/chat/messages", json={"text": text}, headers=self._headers)
        message_id = answer.raise_for_status().json()["message_id"]
        arrived = await asyncio.wait_for(self._future(message_id), 30)
        return (arrived - before) * 1000

    async def leave(self) -> None:
        """Close the stream."""
        self._stream.cancel()
        await asyncio.gather(self._stream, return_exceptions=True)

    async def _listen(self) -> None:
        async with aconnect_sse(
            self._client, "GET", "/stream", headers=self._headers, timeout=None
        ) as source:
            self._open.set()
            async for event in source.aiter_sse():
                if event.event == "answer":
                    self._future(event.json()["message_id"]).set_result(time.perf_counter())

    def _future(self, message_id: str) -> asyncio.Future[float]:
        loop = asyncio.get_running_loop()
        return self._arrived.setdefault(message_id, loop.create_future())


async def events(exports: Mapping[str, str]) -> Figure:
    """Publish events one at a time and look up when their handler was done."""
    sent: dict[str, datetime] = {}
    async with httpx.AsyncClient(timeout=30) as client, connected(exports["DATABASE_URL"]) as db:
        for _ in range(WARM_UP + EVENTS):
            event_id = str(uuid4())
            sent[event_id] = datetime.now(UTC)
            await publish(client, exports["LEARNFLOW_SINK_PROGRESS_EVENTS_URL"], event_id)
            await asyncio.sleep(PACE_S / 2)
        await asyncio.sleep(1)
        done = {row["id"]: row["done_at"] for row in await db.fetch(DONE, list(sent))}
    samples = [(done[event_id] - when).total_seconds() * 1000 for event_id, when in sent.items()]
    return Figure.of("publish → handler done", samples[WARM_UP:], "≤ 20 / ≤ 100 ms")


async def publish(client: httpx.AsyncClient, sink: str, event_id: str) -> None:
    """Put an activity on its topic."""
    student, now = str(uuid4()), datetime.now(UTC).isoformat()
    data = {"activity_id": event_id, "student_id": student, "kind": "question.asked", "topic": "basics"}
    body = json.dumps({**data, "occurred_at": now, "detail": {"intent": "concept"}})
    headers = {"ce-specversion": "1.0", "ce-id": event_id, "ce-source": "/bench", "ce-type": ACTIVITY}
    headers |= {"ce-partitionkey": student, "ce-subject": student, "content-type": "application/json"}
    (await client.post(sink, content=body, headers=headers)).raise_for_status()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """Borrow a connection to the database."""
    db = await asyncpg.connect(url)
    try:
        yield db
    finally:
        await db.close()
