"""Extremes that a CloudEvent may come with: none is asked for again, none stays unexplained."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.fuzz.events import EXAMPLES, LONG, MARK
from tests.integration.runtime.conftest import Start
from tests.integration.runtime.test_signatures import NEW, deliver, keys, signed
from tests.support import plain
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks

QUERY = "learnflow.query.submitted.v1"
Question = Callable[[str], dict[str, str]]


@pytest.fixture
def function(start: Start, db: Any) -> Iterator[FunctionProcess]:
    """One function for all cases of a test."""
    return start()


def post(function: FunctionProcess, headers: Mapping[str, str | bytes], body: bytes) -> httpx.Response:
    """Send a request as it is."""
    raw = {name: value.encode() if isinstance(value, str) else value for name, value in headers.items()}
    return plain.post(function.url, headers=list(raw.items()), content=body, timeout=40)  # type: ignore[arg-type]


def letter(sinks: Sinks) -> Any:
    """Take the one dead letter that came."""
    [found] = sinks.to("dead-letter")
    sinks.received.clear()
    return found


async def test_data_that_can_not_be_read_is_a_dead_letter_at_once(
    function: FunctionProcess, sinks: Sinks, question: Question
) -> None:
    bodies = {
        "deep lists": b"[" * 100_000,
        "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        "not UTF-8": b'{"text": "\xff"}',
        "half a surrogate pair": b'{"text": "\\ud800"}',
        "a number out of range": b'{"text": 1e999}',
        "many digits": b"9" * 5000,
        "nothing": b"",
        "NUL": b"\x00",
    }
    for name, body in bodies.items():
        assert function.send(QUERY, body).status_code == 200, name
        found = letter(sinks)
        assert (found.attributes["deadletterreason"], found.body) == ("not-json", body), name
    assert function.send(QUERY, question("hello")).status_code == 200


async def test_times_that_no_calendar_has_are_dead_letters(start: Start, sinks: Sinks) -> None:
    kind = "learnflow.activity.recorded.v1"
    progress = start("progress")
    for time in ("0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        data = EXAMPLES[kind] | {"occurred_at": time}
        assert progress.send(kind, data).status_code == 200, time
        assert letter(sinks).attributes["deadletterreason"] in ("schema", "data"), time


async def test_attributes_of_any_length_and_in_any_form_reach_the_dead_letters(
    function: FunctionProcess, sinks: Sinks, question: Question
) -> None:
    cases: dict[str, dict[str, str]] = {
        "long id": {"id": LONG},
        "long source": {"source": LONG},
        "long subject": {"subject": LONG},
        "many long ones": dict.fromkeys(("subject", "partitionkey", "dataschema", "traceparent"), "%" * 3000),
        "empty id": {"id": ""},
        "empty source": {"source": ""},
        "empty type": {"type": ""},
        "no URI": {"source": "a b <c>", "dataschema": "%zz \\"},
        "no time": {"time": "yesterday"},
        "names with signs": {"some_thing": "1", "some-thing": "2", "data": "3"},
        "structured inside": {},
    }
    for name, attributes in cases.items():
        headers = function.headers(attributes.pop("type", "learnflow.nonsense.v1"), **attributes)
        if name == "structured inside":
            headers["content-type"] = "application/x; application/cloudevents+json"
        answer = post(function, headers, b"{}")
        assert answer.status_code == 200, (name, answer.text)
        assert letter(sinks).attributes["deadletterreason"] in ("attributes", "unknown-type"), name
    assert function.send(QUERY, question("hello")).status_code == 200


async def test_a_long_id_is_named_with_the_limit_and_two_of_them_are_two(
    function: FunctionProcess, sinks: Sinks, question: Question
) -> None:
    data = question("x")
    for number in range(2):
        for _ in range(2):
            assert function.send(QUERY, data, id=f"{LONG}{number}").status_code == 200
    first, second = (event.attributes for event in sinks.to("dead-letter"))
    assert first["deadletterreason"] == second["deadletterreason"] == "attributes"
    assert f"id: {len(LONG) + 1} characters" in first["deadlettererror"]
    assert first["id"] != LONG + "0"
    assert LONG.startswith(first["id"][:200])


async def test_an_event_with_a_long_correlation_is_handled(
    function: FunctionProcess, sinks: Sinks, question: Question
) -> None:
    for value in (LONG, "%" * 3000, "\xff" * 3000):
        headers = function.headers(QUERY)
        raw = {**headers, "ce-correlationid": value.encode("latin-1")}
        answer = post(function, raw, json.dumps(question("hello")).encode())
        assert answer.status_code == 200, (value[:3], answer.text)
    published = sinks.to("progress-events")
    assert len(published) == 3
    assert LONG.startswith(published[0].attributes["correlationid"])


async def test_structured_events_are_taken_like_binary_ones(
    function: FunctionProcess, sinks: Sinks, question: Question
) -> None:
    def send(event: dict[str, Any], content_type: str = "application/cloudevents+json") -> int:
        headers = {"content-type": content_type}
        return post(function, headers, json.dumps(event).encode()).status_code

    good = {"specversion": "1.0", "id": "s1", "source": "/s", "type": QUERY, "data": question("hello")}
    assert send(good) == 200
    [handled] = sinks.to("progress-events")
    assert handled.attributes["causationid"] == "s1"
    for value in ("a\x00b", "a\nb", "\u20ac", 7, True):
        assert send({**good, "id": f"s-{value!r}", "type": "learnflow.nonsense.v1", "subject": value}) == 200
        assert letter(sinks).body == json.dumps(good["data"]).encode()
    text = {**good, "id": "s3", "datacontenttype": "text/plain", "data": "plain"}
    assert send(text) == 200
    assert letter(sinks).body == b"plain"
    assert send({**good, "id": "s4", "data": None, "data_base64": "AAAA"}) == 200
    assert letter(sinks).body == b"\x00\x00\x00"
    for wrong in (
        {**good, "subject": [MARK]},
        {**good, "subject": "\ud800"},
        {**good, "data_base64": "!"},
        {**good, "id": None},
        {**good, "specversion": "9.0"},
        [MARK],
    ):
        assert send(wrong) == 400  # type: ignore[arg-type]
    assert send(good, "application/cloudevents-batch+json") == 415
    assert sinks.received == []


async def test_what_is_no_event_is_refused_without_repeating_it(function: FunctionProcess) -> None:
    for headers in (
        {},
        {"content-type": "application/json"},
        {"content-type": "application/cloudevents+json"},
    ):
        answer = post(function, headers, f'{{"text": "{MARK}'.encode())
        assert answer.status_code == 400
        assert MARK not in answer.text
    assert MARK not in function.log.read_text()


async def test_what_just_fits_into_kafka_becomes_a_dead_letter_that_fits(
    function: FunctionProcess, sinks: Sinks
) -> None:
    body = b"x" * 1_048_000
    assert function.send("learnflow.nonsense.v1", body).status_code == 200
    found = letter(sinks)
    assert body.startswith(found.body)
    assert len(found.body) > 900_000
    assert found.attributes["deadletterclipped"] == "data"


async def test_no_reason_and_no_log_repeats_what_a_student_wrote(
    function: FunctionProcess, sinks: Sinks, question: Question, db: Any
) -> None:
    data = question("x")
    texts: dict[str, dict[str, Any]] = {
        "schema": data | {"topic": f"{MARK} topic", "level": MARK},
        "data": question(f"{MARK}\x00"),
        "attempts": question(f"quote={MARK}"),
    }
    for reason, sent in texts.items():
        while (status := function.send(QUERY, sent, id=f"q-{reason}").status_code) != 200:
            assert (reason, status) == ("attempts", 500)
        found = letter(sinks)
        assert found.attributes["deadletterreason"] == reason
        assert MARK not in found.attributes["deadlettererror"]
    assert "level" in await db.fetchval("SELECT last_error FROM inbox WHERE id = 'q-schema'")
    assert await db.fetchval("SELECT count(*) FROM inbox WHERE last_error LIKE '%' || $1 || '%'", MARK) == 0
    assert MARK not in function.log.read_text()
    assert "probe/main.py" in function.log.read_text(), "the place of the error is in the log"


async def test_an_event_without_a_time_keeps_its_signature(
    start: Start, sinks: Sinks, question: Question, db: Any
) -> None:
    from functions.runtime.envelope import Outgoing
    from functions.runtime.signatures import Signatures

    function, event = start(**keys(NEW)), signed(question("hello"), NEW)
    plain = {k: v for k, v in event.attributes.items() if k not in ("time", "eventsignature")}
    timeless = Signatures.read(keys(NEW)).sign(Outgoing(event.topic, plain, event.data))
    assert deliver(function, timeless) == 200
    assert sinks.to("dead-letter") == []
    assert await db.fetchval("SELECT count(*) FROM effects") == 1


async def test_half_an_event_whose_sender_went_away_is_no_event(
    function: FunctionProcess, sinks: Sinks, question: Question, db: Any
) -> None:
    """Else it would stand in the way of the whole one, which comes again under the same id."""
    body = json.dumps(question("hello")).encode()
    headers = {**function.headers(QUERY, id="half"), "content-length": str(len(body))}
    address = urlsplit(function.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0))) as connection:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"POST / HTTP/1.1\r\nhost: x\r\n{lines}\r\n".encode() + body[:40])
    assert function.send(QUERY, json.loads(body), id="half").status_code == 200
    assert sinks.to("dead-letter") == []
    assert await db.fetchval("SELECT count(*) FROM effects") == 1
