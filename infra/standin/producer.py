"""Writing to Kafka for all KafkaSinks, through outages."""

import asyncio
import logging

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from events.wire import NewRecord
from infra.standin.settings import Settings

log = logging.getLogger(__name__)


class Producer:
    """One producer; connects in the background, for as long as it takes."""

    def __init__(self, bootstrap: str, settings: Settings) -> None:
        self._bootstrap = bootstrap
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    async def connect(self) -> None:
        """Return once Kafka has answered."""
        while self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                acks="all",
                linger_ms=0,
                max_request_size=self._settings.max_event_bytes,
                # also the time after which a batch that could not be sent is given up
                request_timeout_ms=int(self._settings.sink_limit_s * 1000),
            )
            try:
                await producer.start()
                self._producer = producer
            except KafkaError as error:
                log.warning("kafka is not reachable", extra={"error": repr(error)})
                await producer.stop()
                await asyncio.sleep(self._settings.reconnect_s)
            except asyncio.CancelledError:
                await producer.stop()
                raise

    async def write(self, topic: str, record: NewRecord) -> bool:
        """Return whether the broker has the record on all in-sync replicas.

        False after `sink_limit_s`; the record may still be written later, as with Knative.
        """
        try:
            async with asyncio.timeout(self._settings.sink_limit_s):
                if self._producer is None:
                    return False
                await self._producer.send_and_wait(
                    topic, value=record.value, key=record.key, headers=record.headers
                )
        except (KafkaError, TimeoutError) as error:
            log.warning("a record was not written", extra={"topic": topic, "error": repr(error)})
            return False
        return True

    async def reachable(self) -> bool:
        """Return whether a broker answers within a second."""
        if self._producer is None:
            return False
        try:
            async with asyncio.timeout(1.0):
                await self._producer.client.fetch_all_metadata()
        except (KafkaError, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """Send what is waiting and disconnect."""
        if self._producer is not None:
            await self._producer.stop()
