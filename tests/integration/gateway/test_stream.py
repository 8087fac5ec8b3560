"""The stream: whatever was pushed reaches its user once per connection, in order, on whichever gateway."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from queue import Empty, Queue
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from functions.runtime.stream import notify_transient, push
from tests.integration.gateway.conftest import Person, Start
from tests.support import plain

Event = dict[str, str]


class Listener:
    """A connection to the stream, read in a thread of its own."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.events: Queue[Event | None] = Queue()
        self.comments: list[str] = []
        self.status = 0
        self._url, self._headers = url, headers
        self._opened = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._opened.wait(10)

    def _run(self) -> None:
        try:
            self._read()
        except httpx.HTTPError as error:
            self.comments.append(f"broke: {error}")
        self._opened.set()
        self.events.put(None)

    def _read(self) -> None:
        with plain.stream("GET", self._url, headers=self._headers, timeout=30) as answer:
            self.status = answer.status_code
            event: Event = {}
            for line in answer.iter_lines():
                self._opened.set()
                if self._stop.is_set():
                    return
                if line.startswith(":"):
                    self.comments.append(line)
                elif line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif "data" in event:
                    self.events.put(event)
                    event = {}

    def next(self, within_s: float = 5) -> Event | None:
        return self.events.get(timeout=within_s)

    def nothing(self, within_s: float = 0.5) -> bool:
        try:
            self.events.get(timeout=within_s)
        except Empty:
            return True
        return False

    def ended(self, within_s: float) -> bool:
        self._thread.join(within_s)
        return not self._thread.is_alive()


@contextmanager
def listening(url: str, person: Person | None, query: str = "", **headers: str) -> Iterator[Listener]:
    signed = {"authorization": f"Bearer {person.access}"} if person else {}
    listener = Listener(f"{url}/api/v1/stream{query}", signed | headers)
    yield listener
    listener._stop.set()


async def say(db: asyncpg.Connection, person: Person, number: int, kind: Any = "answer") -> None:
    async with db.transaction():
        await push(db, UUID(person.id), kind, {"number": number})


def number(event: Event | None) -> int:
    assert event is not None
    return int(json.loads(event["data"])["number"])


@pytest.fixture
def url(gateway: Any) -> str:
    return str(gateway.url)


async def test_an_event_arrives_at_once(student: Person, url: str, db: asyncpg.Connection) -> None:
    with listening(url, student) as stream:
        await asyncio.sleep(0.3)
        began = time.monotonic()
        await say(db, student, 1, "submission")
        event = stream.next()
        assert time.monotonic() - began < 1
    assert event is not None
    assert (event["id"], event["event"], number(event)) == ("1", "submission", 1)


async def test_first_words_come_before_their_answer_without_a_number_and_to_their_student_alone(
    student: Person, url: str, db: asyncpg.Connection
) -> None:
    await say(db, student, 1)
    with listening(url, student) as stream:
        assert number(stream.next()) == 1
        await notify_transient(db, uuid4(), {"seq": 1, "text": "for somebody else"})
        for seq in (1, 2):
            await notify_transient(db, UUID(student.id), {"seq": seq, "text": "ü" * 1200})
        await say(db, student, 2)
        first, second, answer = stream.next(), stream.next(), stream.next()
    assert first is not None
    assert second is not None
    assert [one["event"] for one in (first, second)] == ["answer.delta"] * 2
    assert [json.loads(one["data"])["seq"] for one in (first, second)] == [1, 2]
    assert not {"id"} & (first.keys() | second.keys())
    assert "user_id" not in json.loads(first["data"])
    assert number(answer) == 2


async def test_what_came_just_before_the_connection_is_there(
    student: Person, url: str, db: asyncpg.Connection
) -> None:
    await say(db, student, 1)
    with listening(url, student) as stream:
        assert number(stream.next()) == 1


async def test_what_is_old_is_left_out(student: Person, url: str, db: asyncpg.Connection) -> None:
    await say(db, student, 1)
    await db.execute(
        "UPDATE stream_events SET created_at = now() - interval '2 minutes' WHERE user_id = $1",
        UUID(student.id),
    )
    await say(db, student, 2)
    with listening(url, student) as stream:
        assert number(stream.next()) == 2


@pytest.mark.parametrize("by", ["header", "query"])
async def test_a_stream_is_resumed_after_the_last_event(
    student: Person, url: str, db: asyncpg.Connection, by: str
) -> None:
    for n in (1, 2, 3):
        await say(db, student, n)
    headers = {"last-event-id": "2"} if by == "header" else {}
    query = "?last_event_id=2" if by == "query" else ""
    with listening(url, student, query, **headers) as stream:
        assert number(stream.next()) == 3
        await say(db, student, 4)
        event = stream.next()
    assert (number(event), event and event["id"]) == (4, "4")


async def test_a_long_backlog_comes_whole_and_in_order(
    student: Person, url: str, db: asyncpg.Connection
) -> None:
    for n in range(1, 251):
        await say(db, student, n)
    with listening(url, student, **{"last-event-id": "0"}) as stream:
        assert [number(stream.next()) for _ in range(250)] == list(range(1, 251))


async def test_everybody_sees_their_own_stream_alone(
    sign_up: Callable[..., Person], url: str, db: asyncpg.Connection
) -> None:
    one, other = sign_up(), sign_up()
    with listening(url, one) as first, listening(url, other) as second:
        await say(db, one, 1)
        assert number(first.next()) == 1
        assert second.nothing()


async def test_a_client_on_another_gateway_gets_it_too(
    start_gateway: Start, student: Person, url: str, db: asyncpg.Connection
) -> None:
    second = start_gateway()
    with listening(url, student) as here, listening(second.url, student) as there:
        await asyncio.sleep(0.3)
        for n in range(1, 21):
            await say(db, student, n)
        assert [number(here.next()) for _ in range(20)] == list(range(1, 21))
        assert [number(there.next()) for _ in range(20)] == list(range(1, 21))
    second.kill()


@asynccontextmanager
async def deaf(db: asyncpg.Connection) -> AsyncIterator[None]:
    """Cut the gateways' listening connections for as long as the block lasts."""
    done = asyncio.Event()

    async def cut() -> None:
        while not done.is_set():
            await db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
            await asyncio.sleep(0.05)

    task = asyncio.create_task(cut())
    try:
        yield
    finally:
        done.set()
        await task


async def test_events_arrive_without_notifications(
    student: Person, url: str, db: asyncpg.Connection, gateway_database: str
) -> None:
    other = await asyncpg.connect(gateway_database)
    with listening(url, student) as stream:
        async with deaf(other):
            await asyncio.sleep(0.5)
            await say(db, student, 1)
            event = await asyncio.to_thread(stream.next)
    await other.close()
    assert number(event) == 1


def test_a_heartbeat_keeps_the_connection_open(student: Person, url: str) -> None:
    with listening(url, student) as stream:
        deadline = time.monotonic() + 13
        while ": still here" not in stream.comments and time.monotonic() < deadline:
            time.sleep(0.2)
        assert ": still here" in stream.comments


def test_the_stream_ends_when_the_process_stops(start_gateway: Start, student: Person) -> None:
    gateway = start_gateway()
    with listening(gateway.url, student) as stream:
        time.sleep(0.5)
        began = time.monotonic()
        assert gateway.stop() == 0
        assert stream.ended(5)
        assert time.monotonic() - began < 6


def test_the_stream_ends_in_time(start_gateway: Start, student: Person) -> None:
    gateway = start_gateway(LEARNFLOW_STREAM_LIMIT_S="1")
    with listening(gateway.url, student) as stream:
        assert stream.ended(6)
    gateway.kill()


def test_the_stream_ends_with_the_session(student: Person, url: str) -> None:
    with listening(url, student) as stream:
        time.sleep(0.3)
        student.http.post("/auth/logout", json={"refresh_token": student.refresh})
        assert stream.ended(6)


async def test_a_stream_token_opens_the_stream(student: Person, url: str, db: asyncpg.Connection) -> None:
    made = student.http.post("/stream/token").json()
    assert made["expires_in"] == 120
    await say(db, student, 1)
    with listening(url, None, f"?token={made['token']}") as stream:
        assert number(stream.next()) == 1


def test_a_stream_token_opens_nothing_else(student: Person, api: httpx.Client) -> None:
    token = student.http.post("/stream/token").json()["token"]
    assert api.get("/me", headers={"authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize("query", ["", "?token=nonsense", "?access_token=x"])
def test_a_stream_needs_a_token(api: httpx.Client, query: str) -> None:
    answer = api.get(f"/stream{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_an_access_token_does_not_pass_as_a_stream_token(student: Person, api: httpx.Client) -> None:
    assert api.get(f"/stream?token={student.access}").status_code == 401


@pytest.mark.parametrize("last", ["x", "-1", "9" * 30, "0e8f6a52-7c1d-4f0b-9a43-5d2c81e6b790"])
def test_a_number_that_is_none_is_refused(student: Person, last: str) -> None:
    answer = student.http.get("/stream", headers={"last-event-id": last})
    assert answer.status_code == 422
