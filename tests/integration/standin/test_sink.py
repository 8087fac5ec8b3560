"""What a KafkaSink answers and writes, as measured on Knative 1.23."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO

import aiohttp
import pytest

from tests.integration.standin.stage import NAMESPACE, Stage, event_headers

STRUCTURED = "application/cloudevents+json"
EVENT = {"specversion": "1.0", "id": "s", "source": "/s", "type": "t", "data": {"a": 1}}
GOOD = event_headers("1")


async def posted(client: aiohttp.ClientSession, url: str, headers: dict[str, str], body: bytes) -> int:
    async with client.post(url, data=BytesIO(body), headers=headers) as response:
        assert await response.read() == b""
        assert response.headers["content-length"] == "0"
        return response.status


async def test_the_answers_are_those_of_knative(kafka: str) -> None:
    stage = Stage(kafka, consumers=0)
    stage.settings = replace(stage.settings, sink_limit_s=1.0)
    whole = json.dumps(EVENT).encode()
    cases = [
        (202, "", GOOD, b"{}"),
        (202, "", GOOD, b""),
        (202, "/", GOOD, b"{}"),
        (202, "?a=b", GOOD, b"{}"),
        (202, "", {**GOOD, "content-type": "application/json; charset=utf-8"}, b"{}"),
        (202, "", {**GOOD, "ce-specversion": "0.3"}, b"{}"),
        (202, "", {"content-type": STRUCTURED}, whole),
        (202, "", {"content-type": f"{STRUCTURED}; charset=UTF-8"}, whole),
        (400, "", {"content-type": "application/cloudevents-batch+json"}, b"[" + whole + b"]"),
        (400, "", {name: value for name, value in GOOD.items() if name != "ce-id"}, b"{}"),
        (400, "", {"content-type": "application/json"}, b"{}"),
        (400, "", {**GOOD, "ce-time": "noon"}, b"{}"),
        (400, "", {**GOOD, "ce-specversion": "9.0"}, b"{}"),
        (400, "", {**GOOD, "ce-source": "a b"}, b"{}"),
        (400, "", {**GOOD, "ce-type": ""}, b"{}"),
        (400, "", {**GOOD, "ce-snake_case": "x"}, b"{}"),
        (400, "", {"content-type": STRUCTURED}, b"{"),
        (404, "/more", GOOD, b"{}"),
        (404, "x", GOOD, b"{}"),
        (503, "", GOOD, b"x" * 1_100_000),
    ]
    async with stage.running() as client:
        answers = [await posted(client, stage.sink + path, headers, body) for _, path, headers, body in cases]
        assert answers == [status for status, *_ in cases]
        root = stage.sink.removesuffix(f"/{NAMESPACE}/main")
        assert await posted(client, f"{root}/{NAMESPACE}/lost", GOOD, b"{}") == 503
        for method in ("GET", "PUT", "OPTIONS"):
            async with client.request(method, stage.sink) as response:
                assert response.status == 405
        for path in ("/healthz", "/readyz"):
            async with client.get(root + path) as response:
                assert response.status == 200


@pytest.fixture
async def idle(kafka: str) -> AsyncIterator[tuple[Stage, aiohttp.ClientSession]]:
    stage = Stage(kafka, consumers=0, partitions=1)
    async with stage.running() as client:
        yield stage, client


async def test_a_binary_event_becomes_headers_key_and_value(
    idle: tuple[Stage, aiohttp.ClientSession],
) -> None:
    stage, client = idle
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = {**GOOD, "ce-partitionkey": "student", "traceparent": trace, "x-other": "gone"}
    assert await posted(client, stage.sink, headers, b'{"a": 1}') == 202
    [record] = await stage.records(stage.topic, 1)
    assert (record.key, record.value) == (b"student", b'{"a": 1}')
    assert dict(record.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"1",
        "ce_source": b"/test",
        "ce_type": b"test.happened.v1",
        "ce_partitionkey": b"student",
        "content-type": b"application/json",
        "traceparent": trace.encode(),
    }


async def test_a_structured_event_is_written_in_binary_mode(
    idle: tuple[Stage, aiohttp.ClientSession],
) -> None:
    stage, client = idle
    assert await posted(client, stage.sink, {"content-type": STRUCTURED}, json.dumps(EVENT).encode()) == 202
    [record] = await stage.records(stage.topic, 1)
    assert (record.key, record.value) == (None, b'{"a":1}')
    assert dict(record.headers)["ce_id"] == b"s"


async def test_the_topic_has_the_partitions_of_its_manifest(kafka: str) -> None:
    """Starting again changes nothing; more partitions are added."""
    stage = Stage(kafka, consumers=0, partitions=1)
    for partitions in (1, 1, 3):
        stage.partitions = partitions
        async with stage.running() as client:
            await stage.publish(client, 30)
    records = await stage.records(stage.topic, 90)
    assert {record.partition for record in records} == {0, 1, 2}
