"""Kafka as a replay needs it: parts of topics, their records, and the offsets of groups."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, OffsetAndMetadata, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from events.wire import NewRecord, Record
from infra.replay.errors import Refused, Unreachable

PORTION = 2000
SASL = frozenset({"SASL_PLAINTEXT", "SASL_SSL"})
Point = datetime | int | None
Offsets = dict[int, int]


@dataclass(frozen=True, slots=True)
class Brokers:
    """Where Kafka is, and how one signs in."""

    bootstrap: str
    protocol: str = "PLAINTEXT"
    mechanism: str = "SCRAM-SHA-512"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None

    @classmethod
    def read(cls, environ: Mapping[str, str], bootstrap: str) -> Brokers:
        """Read how the operator reaches the brokers; `bootstrap` is what the manifests say."""
        found = cls(
            bootstrap=environ.get("KAFKA_BOOTSTRAP_SERVERS") or bootstrap,
            protocol=environ.get("KAFKA_SECURITY_PROTOCOL") or "PLAINTEXT",
            mechanism=environ.get("KAFKA_SASL_MECHANISM") or "SCRAM-SHA-512",
            user=environ.get("KAFKA_USER"),
            password=environ.get("KAFKA_PASSWORD"),
            ca_file=environ.get("KAFKA_CA_FILE"),
        )
        if found.protocol not in {"PLAINTEXT", "SSL", *SASL}:
            raise Refused(
                f"KAFKA_SECURITY_PROTOCOL: {found.protocol!r} is not PLAINTEXT, SSL or one of {sorted(SASL)}"
            )
        if found.protocol in SASL and not (found.user and found.password):
            raise Refused(f"KAFKA_SECURITY_PROTOCOL: {found.protocol} needs KAFKA_USER and KAFKA_PASSWORD")
        return found

    def options(self) -> dict[str, object]:
        """Return the options of a client."""
        options: dict[str, object] = {"bootstrap_servers": self.bootstrap, "security_protocol": self.protocol}
        if self.protocol.endswith("SSL"):
            options["ssl_context"] = ssl.create_default_context(cafile=self.ca_file)
        if self.protocol in SASL:
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return options


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a topic, by partition: from the first offset up to the end, which is not in it."""

    topic: str
    starts: Offsets
    ends: Offsets

    @property
    def total(self) -> int:
        """How many records there are, as far as offsets tell."""
        return sum(self.ends[one] - start for one, start in self.starts.items())

    def done(self, positions: Mapping[int, int]) -> int:
        """How many of them lie before these positions."""
        return sum(
            min(max(positions.get(one, start), start), self.ends[one]) - start
            for one, start in self.starts.items()
        )


class Kafka:
    """A connection to the brokers for the length of a command."""

    def __init__(self, brokers: Brokers, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        self._brokers = brokers
        self._consumer = consumer
        self._admin = admin

    @classmethod
    @asynccontextmanager
    async def open(cls, brokers: Brokers) -> AsyncIterator[Kafka]:
        """Connect; raises Unreachable."""
        consumer = AIOKafkaConsumer(
            **brokers.options(),
            enable_auto_commit=False,
            isolation_level="read_committed",
            max_partition_fetch_bytes=4 * 2**20,
        )
        admin = AIOKafkaAdminClient(**brokers.options())
        try:
            await consumer.start()
            await admin.start()
            yield cls(brokers, consumer, admin)
        except KafkaError as error:
            raise Unreachable(f"Kafka at {brokers.bootstrap}: {error!r}") from error
        finally:
            await admin.close()
            await consumer.stop()

    async def span(self, topic: str, since: Point = None, until: Point = None) -> Span:
        """Find a part of a topic; raises Refused when there is no such topic."""
        parts = await self._partitions(topic)
        first = await self._consumer.beginning_offsets(parts)
        last = await self._consumer.end_offsets(parts)
        starts = await self._at(since, first, last) if since is not None else first
        ends = await self._at(until, first, last) if until is not None else last
        return Span(
            topic=topic,
            starts={part.partition: starts[part] for part in parts},
            ends={part.partition: max(ends[part], starts[part]) for part in parts},
        )

    async def forgotten(self, topic: str) -> datetime | None:
        """Tell up to when a topic may have lost records; None when it still has all that was ever written."""
        parts = await self._partitions(topic)
        first, last = (
            await self._consumer.beginning_offsets(parts),
            await self._consumer.end_offsets(parts),
        )
        times = [await self._time(part, first[part], last[part]) for part in parts if first[part] > 0]
        return max(times, default=None)

    async def read(self, span: Span) -> AsyncIterator[list[Record]]:
        """Read the records of a span, in portions of one partition each."""
        left = {
            TopicPartition(span.topic, one): span.ends[one]
            for one, start in span.starts.items()
            if start < span.ends[one]
        }
        self._consumer.assign(list(left))
        for part in left:
            self._consumer.seek(part, span.starts[part.partition])
        while left:
            found = await self._consumer.getmany(*left, timeout_ms=200, max_records=PORTION)
            for part, records in found.items():
                if portion := [record_of(one) for one in records if one.offset < left[part]]:
                    yield portion
            left = {part: end for part, end in left.items() if await self._consumer.position(part) < end}

    async def positions(self, group: str, topic: str) -> Offsets:
        """Read what a group has committed of a topic."""
        found = await self._admin.list_consumer_group_offsets(group)
        return {
            part.partition: committed.offset
            for part, committed in found.items()
            if part.topic == topic and committed.offset >= 0
        }

    async def place_group(self, group: str, span: Span) -> None:
        """Have a group without members begin at the start of a span."""
        consumer = AIOKafkaConsumer(**self._brokers.options(), group_id=group, enable_auto_commit=False)
        starts = {
            TopicPartition(span.topic, one): OffsetAndMetadata(start, "")
            for one, start in span.starts.items()
        }
        try:
            await consumer.start()
            consumer.assign(list(starts))
            await consumer.commit(starts)
        finally:
            await consumer.stop()

    async def write(self, topic: str, record: NewRecord) -> None:
        """Write one record; returns once all replicas have it."""
        producer = AIOKafkaProducer(**self._brokers.options(), acks="all", enable_idempotence=True)
        async with producer:
            await producer.send_and_wait(topic, record.value, key=record.key, headers=record.headers)

    async def _partitions(self, topic: str) -> list[TopicPartition]:
        described = await self._admin.describe_topics([topic])
        if not described or described[0]["error_code"]:
            raise Refused(f"there is no topic {topic}")
        return sorted(TopicPartition(topic, part["partition"]) for part in described[0]["partitions"])

    async def _at(
        self, point: datetime | int, first: Mapping[TopicPartition, int], last: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        """Find the first record at or after a point, within what there is."""
        if isinstance(point, int):
            return {part: min(max(point, first[part]), last[part]) for part in last}
        asked = dict.fromkeys(last, int(point.timestamp() * 1000))
        found = await self._consumer.offsets_for_times(asked)
        return {part: found[part].offset if found.get(part) else last[part] for part in last}

    async def _time(self, part: TopicPartition, start: int, end: int) -> datetime:
        """Read the time of the first record of a partition; of an empty one it is now."""
        span = Span(part.topic, {part.partition: start}, {part.partition: min(start + 1, end)})
        async for portion in self.read(span):
            return moment(portion[0])
        return datetime.now(UTC)


def moment(record: Record) -> datetime:
    """Return when a record was written."""
    return datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)


def record_of(one: Any) -> Record:
    """Return a consumed record without what only the client needs."""
    return Record(one.topic, one.partition, one.offset, one.timestamp, one.key, one.value, one.headers)
