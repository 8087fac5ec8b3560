"""Events of the past, written to their topics as a KafkaSink writes them: signed, with a key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import asyncpg
from aiokafka import AIOKafkaProducer

from events.wire import Event, to_record
from functions.runtime.catalog import EventData
from functions.runtime.envelope import outgoing
from functions.runtime.signatures import Signatures
from infra.local import credentials
from infra.local.paths import Home

WAITING = """
SELECT count(*) FROM unnest($2::text[]) AS wanted(id)
 WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.consumer = $1 AND i.id = wanted.id AND i.done_at IS NOT NULL)
"""


async def publish(home: Home, servers: str, events: Iterable[tuple[str, EventData]]) -> list[str]:
    """Write events, each by the function that is named with it; returns their ids."""
    signatures = Signatures.read({"LEARNFLOW_EVENT_KEYS": f"local:{credentials.load(home).event_key}"})
    ids = []
    async with AIOKafkaProducer(bootstrap_servers=servers, linger_ms=5) as producer:
        for number, (function, data) in enumerate(events):
            event_id = f"history-{number}-{data.student_id}"
            event = outgoing(
                data,
                event_id=event_id,
                function=function,
                now=datetime.now(UTC),
                correlation_id=event_id,
                causation_id=event_id,
                traceparent=None,
            )
            record = to_record(Event(signatures.sign(event).attributes, event.data))
            await producer.send(event.topic, record.value, key=record.key, headers=record.headers)
            ids.append(event_id)
        await producer.flush()
    return ids


async def handled(database_url: str, consumer: str, ids: Sequence[str], limit_s: float = 120) -> None:
    """Wait until a function has handled events."""
    db = await asyncpg.connect(database_url)
    try:
        async with asyncio.timeout(limit_s):
            while await db.fetchval(WAITING, consumer, ids):
                await asyncio.sleep(0.2)
    finally:
        await db.close()
