"""Poison and repetition in the topics themselves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaProducer

from tests.support.crowd import Crowd, connect, settle
from tests.support.system import LocalSystem
from tests.support.topics import read, text

Headers = Sequence[tuple[str, bytes]]
FLOW = ("learning.requests", "concepts.requests", "debug.requests", "learning.responses", "progress.events")
STUDENTS = "(SELECT student_id FROM messages WHERE message_id = ANY($1::uuid[]))"
STATE = {
    "messages": f"SELECT message_id, status, answer FROM messages WHERE student_id IN {STUDENTS} ORDER BY 1",
    "stream": f"SELECT user_id, seq, data FROM stream_events WHERE user_id IN {STUDENTS} ORDER BY 1, 2",
    "activities": f"SELECT activity_id, detail FROM activities WHERE student_id IN {STUDENTS} ORDER BY 1",
    "alerts": f"SELECT alert_id, rule, status, count FROM alerts WHERE student_id IN {STUDENTS} ORDER BY 1",
}


def ce(type_name: str, event_id: str) -> Headers:
    """The headers of a CloudEvent in binary mode."""
    named = {"ce_specversion": "1.0", "ce_type": type_name, "ce_id": event_id, "ce_source": "/poison"}
    return [(key, value.encode()) for key, value in {**named, "content-type": "application/json"}.items()]


POISON: dict[str, tuple[Headers, bytes, str]] = {
    "not JSON": (ce("learnflow.query.submitted.v1", "p-json"), b"{never closed", "not-json"),
    "not a CloudEvent": ([], b"\x00\x01 garbage", "not-cloudevent"),
    "an empty record": ([], b"", "not-cloudevent"),
    "an empty event": (ce("learnflow.query.submitted.v1", "p-empty"), b"", "not-json"),
    "NUL": (ce("learnflow.query.submitted.v1", "p-nul"), b"\x00", "not-json"),
    "depth": (ce("learnflow.query.submitted.v1", "p-depth"), b"[" * 100_000, "not-json"),
    "a long id": (ce("learnflow.query.submitted.v1", "p" * 1000), b"{}", "attributes"),
    "unknown type": (ce("learnflow.nonsense.v7", "p-type"), b"{}", "unknown-type"),
    "schema violation": (ce("learnflow.query.submitted.v1", "p-schema"), b'{"text": 5}', "schema"),
    "900 KiB": (ce("learnflow.query.submitted.v1", "p-large"), b'"' + b"x" * 900 * 1024 + b'"', "schema"),
}


@pytest.mark.timeout(180)
async def test_poison_becomes_a_dead_letter_and_holds_nothing_up(system: LocalSystem) -> None:
    servers = system.exports["KAFKA_BOOTSTRAP_SERVERS"]
    crowd = await Crowd.register(system.url, 5)
    async with AIOKafkaProducer(bootstrap_servers=servers, max_request_size=2**20) as producer:
        for headers, value, _ in POISON.values():
            await producer.send_and_wait("learning.requests", value, headers=list(headers))
    tally = await crowd.ask(10, a_second=10)
    assert await settle(system.exports["DATABASE_URL"], tally.accepted, limit_s=30) == {1: 10}
    letters = await read(servers, ["learnflow.dead-letter"])
    found = {(text(letter, "ce_deadletterreason"), letter.value) for letter in letters}
    assert {(reason, value) for _, value, reason in POISON.values()} <= found


@pytest.mark.timeout(180)
async def test_every_event_again_and_shuffled_changes_nothing(system: LocalSystem) -> None:
    exports = system.exports
    crowd = await Crowd.register(system.url, 5)
    tally = await crowd.ask(30, a_second=30)
    await settle(exports["DATABASE_URL"], tally.accepted)
    await quiet(exports["DATABASE_URL"])
    before = await state(exports["DATABASE_URL"], tally.accepted)
    records = await read(exports["KAFKA_BOOTSTRAP_SERVERS"], FLOW)
    random.Random(7).shuffle(records)
    async with AIOKafkaProducer(bootstrap_servers=exports["KAFKA_BOOTSTRAP_SERVERS"]) as producer:
        for record in records:
            await producer.send(record.topic, record.value, key=record.key, headers=list(record.headers))
        await producer.flush()
    marker = await (await Crowd.register(system.url, 1)).ask(1, a_second=1)
    await settle(exports["DATABASE_URL"], marker.accepted)
    await quiet(exports["DATABASE_URL"])
    assert len(records) > 100
    assert await state(exports["DATABASE_URL"], tally.accepted) == before


async def quiet(database_url: str) -> None:
    """Wait until no event was handled for two seconds."""
    db = await connect(database_url)
    seen, still = -1, 0
    while still < 10:
        count = await db.fetchval("SELECT count(*) FROM inbox WHERE done_at IS NOT NULL")
        still = still + 1 if count == seen else 0
        seen = count
        await asyncio.sleep(0.2)
    await db.close()


async def state(database_url: str, messages: Sequence[UUID]) -> dict[str, list[tuple[Any, ...]]]:
    """Read what the events made of the students who sent these messages."""
    db = await connect(database_url)
    found = {name: [tuple(row) for row in await db.fetch(query, messages)] for name, query in STATE.items()}
    await db.close()
    return found
