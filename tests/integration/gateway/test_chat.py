"""Questions: taken once, answered when the answer is there, seen by their student alone."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.integration.gateway.conftest import Person, Start
from tests.support import plain
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks

ANSWER = {
    "agent": "concepts",
    "text": "Round and round.",
    "parts": [],
    "degraded": True,
    "model": "grounded",
    "created_at": "2026-11-23T09:00:00+00:00",
}


async def answer(db: asyncpg.Connection, message_id: str, student_id: str) -> None:
    """Answer as the delivery function does."""
    await db.execute(
        "UPDATE messages SET status = 'answered', answer = $2, answered_at = now() WHERE message_id = $1",
        UUID(message_id),
        json.dumps(ANSWER),
    )
    await db.execute("SELECT pg_notify('learnflow_stream', $1)", student_id)


def test_a_question_becomes_one_event(student: Person, gateway_sinks: Sinks) -> None:
    taken = student.ask("What is a list?", code="x = []", error="E", topic="data-structures")
    gateway_sinks.wait(
        lambda: any(e.attributes["correlationid"] == taken["message_id"] for e in gateway_sinks.received)
    )
    event = next(e for e in gateway_sinks.received if e.attributes["correlationid"] == taken["message_id"])
    assert (event.sink, event.type) == ("learning-requests", "learnflow.query.submitted.v1")
    assert event.attributes["source"] == "/learnflow/gateway"
    assert event.attributes["partitionkey"] == event.attributes["subject"] == student.id
    # every event has each attribute: the first one answers the question itself
    assert event.attributes["causationid"] == taken["message_id"]
    assert event.data == {
        "message_id": taken["message_id"],
        "conversation_id": taken["conversation_id"],
        "student_id": student.id,
        "text": "What is a list?",
        "code": "x = []",
        "error": "E",
        "topic": "data-structures",
        "level": "beginner",
    }


def test_the_trace_of_the_caller_goes_on(student: Person, gateway_sinks: Sinks) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    body = {"text": "Hello?"}
    message_id = student.http.post("/chat/messages", json=body, headers={"traceparent": trace}).json()[
        "message_id"
    ]
    gateway_sinks.wait(lambda: any(e.data.get("message_id") == message_id for e in gateway_sinks.received))
    event = next(e for e in gateway_sinks.received if e.data.get("message_id") == message_id)
    assert event.attributes["traceparent"].split("-")[1] == trace.split("-")[1]


async def test_a_long_poll_ends_when_the_answer_is_there(student: Person, db: asyncpg.Connection) -> None:
    taken = student.ask()
    assert student.http.get(f"/chat/messages/{taken['message_id']}").json()["status"] == "pending"
    began = time.monotonic()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(student.http.get, f"/chat/messages/{taken['message_id']}?wait=25")
        await asyncio.sleep(0.5)
        await answer(db, taken["message_id"], student.id)
        found = waiting.result().json()
    assert time.monotonic() - began < 3
    assert found["status"] == "answered"
    assert found["answer"]["text"] == ANSWER["text"]
    assert found["answer"]["degraded"] is True


def test_a_long_poll_without_an_answer_ends_in_time(student: Person) -> None:
    taken = student.ask()
    began = time.monotonic()
    found = student.http.get(f"/chat/messages/{taken['message_id']}?wait=1").json()
    assert found["status"] == "pending"
    assert 0.9 < time.monotonic() - began < 3


@pytest.mark.parametrize("wait", ["-1", "26", "x"])
def test_wait_has_bounds(student: Person, wait: str) -> None:
    answer = student.http.get(f"/chat/messages/{uuid4()}?wait={wait}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "wait")


def test_the_same_key_asks_once(student: Person, gateway_sinks: Sinks) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    first = student.http.post("/chat/messages", json={"text": "Once?"}, headers=headers)
    again = student.http.post("/chat/messages", json={"text": "Once?"}, headers=headers)
    other = student.http.post("/chat/messages", json={"text": "Twice?"}, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert first.json() == again.json()
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"


def test_the_same_key_of_two_students_is_two_keys(sign_up: Callable[..., Person]) -> None:
    headers = {"Idempotency-Key": "shared"}
    answers = [sign_up().http.post("/chat/messages", json={"text": "Hi"}, headers=headers) for _ in range(2)]
    assert answers[0].json()["message_id"] != answers[1].json()["message_id"]


async def test_requests_with_one_key_at_once_ask_once(student: Person, db: asyncpg.Connection) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    gate = threading.Barrier(12)

    def post(_: int) -> httpx.Response:
        gate.wait()
        return student.http.post("/chat/messages", json={"text": "At once?"}, headers=headers)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(post, range(12)))
    assert {a.status_code for a in answers} == {202}
    assert len({a.json()["message_id"] for a in answers}) == 1
    asked = await db.fetchval("SELECT count(*) FROM messages WHERE student_id = $1", UUID(student.id))
    assert asked == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "with space"])
def test_a_key_has_a_form(student: Person, key: str) -> None:
    answer = student.http.post("/chat/messages", json={"text": "Hi"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "  \n"}, "text"),
        ({"text": "x" * 8001}, "text"),
        ({"text": "a\x00"}, "text"),
        ({"text": 7}, "text"),
        ({}, "text"),
        ({"text": "Hi", "code": "x" * 20_001}, "code"),
        ({"text": "Hi", "code": "é" * 10_001}, "code"),
        ({"text": "Hi", "topic": "cooking"}, "topic"),
        ({"text": "Hi", "conversation_id": "7"}, "conversation_id"),
        ([], "body"),
    ],
)
def test_a_wrong_question_names_its_field(student: Person, body: object, field: str) -> None:
    answer = student.http.post("/chat/messages", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_the_largest_question_is_taken(student: Person) -> None:
    student.ask("x" * 8000, code="y" * 20_000, error="z" * 20_000)


def test_a_body_over_the_limit_is_refused(student: Person) -> None:
    answer = student.http.post("/chat/messages", json={"text": "Hi", "error": "x" * 66_000})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:learnflow:problem:too-large"


def test_a_body_without_a_length_is_limited_too(student: Person) -> None:
    def pieces() -> object:
        for _ in range(70):
            yield b" " * 1024

    headers = {"content-type": "application/json"}
    answer = student.http.post("/chat/messages", content=pieces(), headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_not_json_is_said_to_be(student: Person) -> None:
    answer = student.http.post("/chat/messages", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:learnflow:problem:not-json")


def test_conversations_and_messages_come_newest_first_page_by_page(student: Person) -> None:
    begun = [student.ask(f"Question {n}")["conversation_id"] for n in range(5)]
    student.ask("More", conversation_id=begun[1])
    wanted = [begun[1], begun[4], begun[3], begun[2], begun[0]]
    found, cursor = [], None
    while True:
        page = student.http.get(
            "/chat/conversations", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
        )
        found += [c["conversation_id"] for c in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert found == wanted
    messages = student.http.get(f"/chat/conversations/{begun[1]}/messages?limit=1").json()
    assert [m["text"] for m in messages["items"]] == ["More"]
    rest = student.http.get(
        f"/chat/conversations/{begun[1]}/messages?cursor={messages['next_cursor']}"
    ).json()
    assert [m["text"] for m in rest["items"]] == ["Question 1"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["x", "AAAA", "a" * 150, "' OR 1=1 --"])
def test_a_cursor_of_ones_own_making_is_refused(student: Person, cursor: str) -> None:
    answer = student.http.get("/chat/conversations", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


def test_text_stays_text(student: Person) -> None:
    """What looks like SQL or markup is kept as it was typed."""
    text = "'; DROP TABLE messages; -- <script>alert(1)</script> %s $1 \\ \U0001f40d"
    taken = student.ask(text)
    assert student.http.get(f"/chat/messages/{taken['message_id']}").json()["text"] == text


def test_a_question_is_taken_while_kafka_is_away(
    start_gateway: Start, sign_up: Callable[..., Person]
) -> None:
    gateway = start_gateway(LEARNFLOW_SINKS_URL="http://127.0.0.1:1/learnflow")
    student = sign_up(url=gateway.url)
    student.ask()
    began = time.monotonic()
    student.ask()
    gateway.kill()
    assert time.monotonic() - began < 0.5


def test_without_postgresql_the_answer_is_a_quick_503(start_gateway: Start) -> None:
    gateway = start_gateway(wait=False, DATABASE_URL="postgresql://postgres@127.0.0.1:1/nothing")
    deadline = time.monotonic() + 15
    while gateway.health("live") != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    began = time.monotonic()
    body = {"email": "a@example.com", "password": "a password"}
    answer = plain.post(f"{gateway.url}/api/v1/auth/login", json=body)
    assert time.monotonic() - began < 3
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"
    assert gateway.health("ready") == 503
    gateway.kill()


def test_allowances_are_per_user(start_gateway: Start, sign_up: Callable[..., Person]) -> None:
    gateway = start_gateway(LEARNFLOW_RATE_CHAT="3/60")
    eager, other = sign_up(url=gateway.url), sign_up(url=gateway.url)
    codes = [eager.http.post("/chat/messages", json={"text": "Hi"}).status_code for _ in range(5)]
    assert codes == [202, 202, 202, 429, 429]
    refused = eager.http.post("/chat/messages", json={"text": "Hi"})
    assert 0 < int(refused.headers["retry-after"]) <= 20
    assert other.http.post("/chat/messages", json={"text": "Hi"}).status_code == 202
    gateway.kill()


def test_two_gateways_share_an_allowance(start_gateway: Start, sign_up: Callable[..., Person]) -> None:
    gateways: list[FunctionProcess] = [start_gateway(LEARNFLOW_RATE_CHAT="6/600") for _ in range(2)]
    eager = sign_up(url=gateways[0].url)
    headers = {"authorization": f"Bearer {eager.access}"}

    def post(n: int) -> int:
        url = f"{gateways[n % 2].url}/api/v1/chat/messages"
        return plain.post(url, json={"text": "Hi"}, headers=headers, timeout=20).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(post, range(20)))
    assert codes.count(202) == 6
    assert codes.count(429) == 14
    for gateway in gateways:
        gateway.kill()


def test_a_reply_stays_in_the_conversation_of_the_answer_it_replies_to(
    student: Person, gateway_sinks: Sinks
) -> None:
    first = student.ask("What is a list?")
    reply = student.ask("3", in_reply_to=first["message_id"])
    assert reply["conversation_id"] == first["conversation_id"]
    gateway_sinks.wait(
        lambda: any(e.attributes["correlationid"] == reply["message_id"] for e in gateway_sinks.received)
    )
    event = next(e for e in gateway_sinks.received if e.attributes["correlationid"] == reply["message_id"])
    assert event.data["in_reply_to"] == first["message_id"]
    for body in (
        {"in_reply_to": str(uuid4())},
        {"in_reply_to": first["message_id"], "conversation_id": str(uuid4())},
    ):
        refused = student.http.post("/chat/messages", json={"text": "3", **body})
        assert refused.status_code == 404
