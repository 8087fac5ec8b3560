"""The floor every function stands on: it receives events, and never loses one nor applies one twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from cloudevents.http import CloudEvent
from starlette.exceptions import HTTPException

from functions.runtime import inbox, logs, outbox
from functions.runtime.catalog import by_model, by_name
from functions.runtime.database import Pool, connection
from functions.runtime.envelope import Envelope, dead_letter
from functions.runtime.errors import (
    DatabaseDown,
    InProgress,
    Later,
    LearnFlowError,
    Malformed,
    NotReady,
    Reject,
)
from functions.runtime.inbox import Claim
from functions.runtime.outbox import Row
from functions.runtime.publisher import Publisher, publish_rows
from functions.runtime.registry import Registration, Tick
from functions.runtime.settings import Environ, Settings
from functions.runtime.work import EventWork, RequestWork

PING = "dev.knative.sources.ping"
WRAPPED = "dev.knative.kafka.event"
LEASE_MARGIN_S = 5.0
MAX_DELIVERIES = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of an event, as it came."""

    event: Envelope
    attributes: Mapping[str, Any]
    data: object
    now: datetime

    @classmethod
    def of(cls, event: CloudEvent, now: datetime) -> Delivery:
        """Read what functions-framework decoded."""
        attributes = dict(event.get_attributes())
        return cls(Envelope.of(attributes, now), attributes, event.data, now)


class Floor:
    """One function in one process, with what it holds while it is open."""

    def __init__(
        self, registration: Registration, settings: Settings, environ: Environ, clock: Callable[[], datetime]
    ) -> None:
        self.registration = registration
        self.settings = settings
        self.environ = environ
        self.clock = clock
        self.stopping = asyncio.Event()
        self._pool: Pool | None = None
        self._publisher: Publisher | None = None
        self._used: dict[type, object] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._topics = {by_model()[m].topic for m in registration.models if m in by_model()}

    @property
    def started(self) -> bool:
        """Whether start-up is complete."""
        return self._pool is not None

    @property
    def pool(self) -> Pool:
        """The connections of this process; raises NotReady before start-up is complete."""
        if self._pool is None:
            raise NotReady("the function is starting")
        return self._pool

    @property
    def publisher(self) -> Publisher:
        """Where events are published; raises NotReady before start-up is complete."""
        if self._publisher is None:
            raise NotReady("the function is starting")
        return self._publisher

    def open(self, pool: Pool, publisher: Publisher, used: dict[type, object]) -> None:
        """Take what start-up opened; from now on events are handled."""
        self._publisher, self._used = publisher, used
        self._pool = pool

    async def drain(self) -> None:
        """Finish what goes on in the background, and take no more."""
        self._pool = None
        if self._background:
            await asyncio.wait(self._background, timeout=self.settings.publish_limit_s + 1)

    async def receive(self, event: CloudEvent) -> None:
        """Handle one delivery; raises HTTPException with the status that tells Knative what to do."""
        delivery = Delivery.of(event, self.clock())
        ids = {"event_id": delivery.event.id, "correlation_id": delivery.event.correlation_id}
        with logs.context(event_type=delivery.event.type, **ids):
            try:
                await self._receive(delivery)
            except LearnFlowError as error:
                log.warning("not handled: %s", error, extra={"code": error.code})
                raise HTTPException(error.status, error.code) from error

    async def _receive(self, delivery: Delivery) -> None:
        if delivery.event.type == PING:
            return await self._tick(delivery)
        try:
            payload: object = self._decode(delivery)
        except Malformed as error:
            payload = error
        if payload is None:
            return
        rows: Sequence[Row] = ()
        async with connection(self.pool) as db:
            lease_s = self.registration.limit_s + LEASE_MARGIN_S
            held = await inbox.claim(db, self.settings.function, delivery.event, lease_s)
            if held is None:
                source, event_id = delivery.event.source, delivery.event.id
                rows = await outbox.unsent(db, self.settings.function, source, event_id)
        if held is not None:
            rows = await self._handle(delivery, payload, held)
        await self.publish(rows)

    def _decode(self, delivery: Delivery) -> object | None:
        """Read the data; None for an event of our topics that this function has no use for."""
        name = delivery.event.type
        if name == WRAPPED:
            raise Malformed("not-cloudevent", "the record is not a CloudEvent")
        kind = by_name().get(name)
        if kind is None or kind.topic not in self._topics:
            raise Malformed("unknown-type", f"{name[:200]} is not expected by {self.settings.function}")
        if isinstance(delivery.data, str | bytes):
            raise Malformed("not-json", "the data is not JSON")
        return kind.decode(delivery.data) if kind.model in self.registration.models else None

    async def _tick(self, delivery: Delivery) -> None:
        if Tick not in self.registration.models:
            raise Reject(f"{self.settings.function} expects no ticks")
        work = self._work(delivery, None)
        await self._run(Tick(delivery.data if isinstance(delivery.data, dict) else {}), work)
        await self.publish(work.rows)

    async def _handle(self, delivery: Delivery, payload: object, held: Claim) -> Sequence[Row]:
        """Run the handler once; an event that can not be handled becomes a dead letter instead."""
        work = self._work(delivery, held)
        try:
            if isinstance(payload, Malformed):
                raise payload
            if held.attempt > self.settings.max_attempts or held.number > MAX_DELIVERIES:
                raise Malformed("attempts", held.last_error or "the function died while handling it")
            await self._run(payload, work)
        except InProgress:
            raise
        except Reject as error:
            return await self._bury(delivery, held, error.code, str(error))
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            deferred = isinstance(error, Later)
            if not deferred and held.attempt >= self.settings.max_attempts:
                log.exception("given up after %d attempts", held.attempt)
                return await self._bury(delivery, held, "attempts", reason)
            await self._release(held, reason, deferred=deferred)
            raise error if isinstance(error, LearnFlowError) else LearnFlowError(reason) from error
        return work.rows

    async def _run(self, payload: object, work: EventWork) -> None:
        handler = self.registration.handler
        if handler is None:
            raise Reject(f"{self.settings.function} consumes no events")
        try:
            async with asyncio.timeout(self.registration.limit_s):
                await handler(payload, work)
                await work.close()
        except Exception:
            if not work.finished:
                raise
            log.exception("failed after the transaction was committed")

    def _work(self, delivery: Delivery, held: Claim | None) -> EventWork:
        return EventWork(
            function=self.settings.function,
            event=delivery.event,
            now=delivery.now,
            pool=self.pool,
            held=held,
            used=self._used,
        )

    async def _bury(self, delivery: Delivery, held: Claim, reason: str, error: str) -> Sequence[Row]:
        """Write the dead letter and finish the event, in one transaction."""
        letter = dead_letter(
            delivery.attributes,
            raw(delivery.data),
            function=self.settings.function,
            reason=reason,
            error=error,
            attempts=held.attempt,
        )
        log.error("dead letter: %s: %s", reason, error)
        async with connection(self.pool) as db, db.transaction():
            seqs = await inbox.finish(db, held, [letter], dead=f"{reason}: {error}")
        return [Row(seqs[0], letter)]

    async def _release(self, held: Claim, reason: str, *, deferred: bool) -> None:
        try:
            async with connection(self.pool) as db:
                await inbox.release(db, held, reason, deferred=deferred)
        except DatabaseDown as error:
            log.warning("the lease stays until it ends: %s", error)

    async def publish(self, rows: Sequence[Row]) -> None:
        """Publish committed rows; raises PublishFailed when one did not go out."""
        if not rows:
            return
        sent, failures = await publish_rows(self.publisher, rows)
        if sent:
            async with connection(self.pool) as db:
                await outbox.published(db, sent)
        if failures:
            raise failures[0]

    @asynccontextmanager
    async def request_transaction(
        self, *, correlation_id: str, traceparent: str | None = None
    ) -> AsyncIterator[RequestWork]:
        """Open a transaction for an HTTP request; its events go out in the background after the commit."""
        async with connection(self.pool) as db, db.transaction():
            work = RequestWork(
                function=self.settings.function,
                db=db,
                now=self.clock(),
                correlation_id=correlation_id,
                traceparent=traceparent,
            )
            yield work
            rows = await work.write()
        self._later(rows)

    def _later(self, rows: Sequence[Row]) -> None:
        if rows:
            task = asyncio.create_task(self._publish_quietly(rows))
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    async def _publish_quietly(self, rows: Sequence[Row]) -> None:
        try:
            await self.publish(rows)
        except LearnFlowError as error:
            log.warning("left to the outbox sweep: %s", error)


def raw(data: object) -> bytes:
    """Give the bytes an event's data came from, as far as they are known."""
    if data is None:
        return b""
    if isinstance(data, bytes):
        return data
    return data.encode() if isinstance(data, str) else msgspec.json.encode(data)
