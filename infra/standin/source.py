"""One KafkaSource: a consumer group whose records go to a subscriber."""

import asyncio
import logging
from collections.abc import Collection, Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from events.wire import Record, from_record, trace_of
from infra.standin.eventing import KafkaSource
from infra.standin.offsets import commit_ends
from infra.standin.sender import Outcome, Sender
from infra.standin.settings import Settings
from infra.standin.watermark import Watermark

log = logging.getLogger(__name__)
_POLL_MS = 60_000


class Source(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Delivers the records of its topics, at least once, and commits what is finished."""

    def __init__(
        self,
        manifest: KafkaSource,
        sender: Sender,
        bootstrap: str,
        settings: Settings,
        *,
        known_by_name: bool = True,
    ) -> None:
        self.name = manifest.metadata.name
        self._spec = manifest.spec
        self._event_source = f"/apis/v1/namespaces/{manifest.metadata.namespace}/kafkasources/{self.name}"
        self._sender = sender
        self._bootstrap = bootstrap
        self._settings = settings
        # known by name it takes its partitions back at once after a crash; otherwise it leaves at once
        self._member = f"{self._spec.consumer_group}-0" if known_by_name else None
        self._outcomes = dict.fromkeys(Outcome, 0)
        self._consumer: AIOKafkaConsumer | None = None
        self._pollers: asyncio.TaskGroup | None = None
        self._marks: dict[TopicPartition, Watermark] = {}
        self._committed: dict[TopicPartition, int] = {}
        self._deliveries: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()

    @property
    def joined(self) -> bool:
        """Whether the source has its partitions."""
        return self._consumer is not None and bool(self._consumer.assignment())

    async def run(self) -> None:
        """Consume until cancelled; then finish what is in flight and commit it."""
        self._sender.stopping.clear()
        while True:
            try:
                if self._spec.initial_offset == "latest":
                    await commit_ends(self._bootstrap, self._spec.consumer_group, self._spec.topics)
                await self._consume()
            except* KafkaError as failure:
                log.warning("the source starts again", extra={"source": self.name, "error": repr(failure)})
            await asyncio.sleep(self._settings.reconnect_s)

    async def _consume(self) -> None:
        consumer = self._new_consumer()
        try:
            await consumer.start()
            self._consumer = consumer
            async with asyncio.TaskGroup() as self._pollers:
                self._pollers.create_task(self._commit_regularly())
                consumer.subscribe(self._spec.topics, listener=self)
                if self._spec.ordering == "unordered":
                    self._pollers.create_task(self._poll_unordered(consumer))
        except asyncio.CancelledError:
            await self._drain()
            raise
        finally:
            self._consumer = self._pollers = None
            await self._leave(consumer)

    def _new_consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._spec.consumer_group,
            group_instance_id=self._member,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_min_bytes=1,
            fetch_max_wait_ms=int(self._settings.fetch_wait_s * 1000),
            session_timeout_ms=int(self._settings.session_timeout_s * 1000),
        )

    async def _poll_unordered(self, consumer: AIOKafkaConsumer) -> None:
        limit = self._settings.max_in_flight
        while True:
            while len(self._deliveries) >= limit:
                self._room.clear()
                await self._room.wait()
            room = limit - len(self._deliveries)
            for partition, records in (await consumer.getmany(timeout_ms=_POLL_MS, max_records=room)).items():
                for record, mark in self._begin(partition, records):
                    self._start(record, mark)

    async def _poll_ordered(self, consumer: AIOKafkaConsumer, partition: TopicPartition) -> None:
        limit = self._settings.max_in_flight
        while True:
            records = await consumer.getmany(partition, timeout_ms=_POLL_MS, max_records=limit)
            for record, mark in self._begin(partition, records.get(partition, ())):
                # wait() leaves the delivery running when this poller is cancelled
                await asyncio.wait({self._start(record, mark)})

    def _begin(self, partition: TopicPartition, records: Iterable[Any]) -> list[tuple[Record, Watermark]]:
        mark = self._marks.setdefault(partition, Watermark())
        begun = []
        for one in records:
            mark.begin(one.offset)
            record = Record(
                one.topic, one.partition, one.offset, one.timestamp, one.key, one.value, one.headers
            )
            begun.append((record, mark))
        return begun

    def _start(self, record: Record, mark: Watermark) -> asyncio.Task[None]:
        delivery = asyncio.create_task(self._deliver(record, mark))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._ended)
        return delivery

    async def _deliver(self, record: Record, mark: Watermark) -> None:
        event = from_record(record, self._event_source, self._spec.ce_overrides.extensions)
        outcome = await self._sender.deliver(event, trace_of(record))
        self._outcomes[outcome] += 1
        if outcome is not Outcome.ABANDONED:
            mark.finish(record.offset)

    def _ended(self, delivery: asyncio.Task[None]) -> None:
        self._deliveries.discard(delivery)
        self._room.set()
        if not delivery.cancelled() and (error := delivery.exception()) is not None:
            log.error("a delivery broke; its record stays uncommitted", exc_info=error)

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._settings.commit_every_s)
            await self._commit()

    async def _commit(self) -> None:
        due = {
            partition: mark.committable
            for partition, mark in self._marks.items()
            if mark.committable != self._committed.get(partition)
        }
        if not due or self._consumer is None:
            return
        try:
            async with asyncio.timeout(self._settings.commit_every_s):
                await self._consumer.commit(due)
            self._committed |= due
        except (KafkaError, TimeoutError) as error:
            # the next round commits at least as much
            log.warning("commit failed", extra={"source": self.name, "error": repr(error)})

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Commit what is finished; the rest is delivered again."""
        await self._commit()
        self._marks.clear()
        self._committed.clear()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Begin one poller per partition when order matters."""
        if self._spec.ordering == "ordered" and self._pollers is not None and self._consumer is not None:
            for partition in assigned:
                self._pollers.create_task(self._poll_ordered(self._consumer, partition))

    async def _drain(self) -> None:
        self._sender.stopping.set()
        if self._deliveries:
            _, late = await asyncio.wait(self._deliveries, timeout=self._settings.drain_s)
            for delivery in late:
                delivery.cancel()
        await self._commit()

    async def _leave(self, consumer: AIOKafkaConsumer) -> None:
        try:
            async with asyncio.timeout(self._settings.commit_every_s):
                await consumer.stop()
        except (KafkaError, TimeoutError) as error:
            log.warning("left without a goodbye", extra={"source": self.name, "error": repr(error)})

    async def figures(self) -> dict[str, int | bool | None]:
        """Return counts since the start, and the lag: records not yet finished, None while Kafka is away."""
        return {
            "joined": self.joined,
            "lag": await self._lag(),
            "in_flight": len(self._deliveries),
            "retried": self._sender.retried,
            **{outcome.value: count for outcome, count in self._outcomes.items()},
        }

    async def _lag(self) -> int | None:
        consumer = self._consumer
        if consumer is None or not consumer.assignment():
            return None
        lag = 0
        try:
            async with asyncio.timeout(self._settings.figures_limit_s):
                for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
                    mark = self._marks.get(partition)
                    lag += end - (mark.committable if mark else await consumer.position(partition))
        except (KafkaError, TimeoutError):
            return None
        return lag
