"""Topics of Kafka, read whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


async def read(servers: str, topics: Sequence[str]) -> list[Any]:
    """Read whole topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    described = await admin.describe_topics(list(topics))
    await admin.close()
    parts = [TopicPartition(t["topic"], part["partition"]) for t in described for part in t["partitions"]]
    async with AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False) as consumer:
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        ends = await consumer.end_offsets(parts)
        records: list[Any] = []
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            batch = await consumer.getmany(timeout_ms=500)
            records += [record for chunk in batch.values() for record in chunk]
        return records


def text(record: Any, header: str) -> str:
    """Read a header of a record."""
    return next((value.decode() for key, value in record.headers if key == header), "")
