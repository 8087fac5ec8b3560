"""What happens to one delivery of an event: claim, decode, handle, commit, publish, or bury."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec

from functions.runtime import inbox, metrics, outbox
from functions.runtime.catalog import by_model, by_name
from functions.runtime.database import TURN_S, connection
from functions.runtime.dead_letters import NOBODY, dead_letter
from functions.runtime.envelope import ID_LENGTH, Envelope
from functions.runtime.errors import (
    DatabaseDown,
    Forged,
    InProgress,
    LearnFlowError,
    Malformed,
    Reject,
    RetryLater,
    redacted,
    redacted_traceback,
)
from functions.runtime.failure_response import failure_response
from functions.runtime.inbox import Claim
from functions.runtime.incoming import INCOMING
from functions.runtime.outbox import Row
from functions.runtime.registry import Tick
from functions.runtime.signatures import fingerprint
from functions.runtime.work import EventWork

if TYPE_CHECKING:
    from functions.runtime.function_host import FunctionHost

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
    data: bytes
    now: datetime

    @classmethod
    def now_coming(cls, now: datetime) -> Delivery:
        """Take the event of the request that is being handled."""
        came = INCOMING.get()
        return cls(Envelope.of(came.attributes, now), came.attributes, came.data, now)

    def check_names(self) -> None:
        """Check what the inbox knows an event by; raises Forged, as it can't be known by these."""
        for name in ("id", "source", "type"):
            length = len(self.attributes[name])
            if not 0 < length <= ID_LENGTH:
                raise Forged("attributes", f"{name}: {length} characters, expected 1 to {ID_LENGTH}")

    def disowned(self) -> Envelope:
        """Name a forged event by its content: under its own id it would stand in the way of the real one."""
        attributes = self.attributes
        if self.event.type == WRAPPED:
            # its source names the KafkaSource too, and a record stays the same whichever brings it
            attributes = {**attributes, "source": self.event.source.partition("#")[2]}
        return replace(self.event, source=NOBODY, id=fingerprint(attributes, self.data))

    def json(self) -> object:
        """Read the data as JSON; raises Malformed when it is none."""
        try:
            return msgspec.json.decode(self.data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed("not-json", f"the data is not JSON: {redacted(error)}") from error


class EventConsumer:
    """Handles deliveries for one function."""

    def __init__(self, floor: FunctionHost) -> None:
        self._floor = floor
        self._function = floor.settings.function
        self._registration = floor.registration
        self._topics = {by_model()[m].topic for m in floor.registration.models if m in by_model()}

    async def receive(self, delivery: Delivery) -> None:
        """Take one delivery through; raises a LearnFlowError when it is to come again."""
        if delivery.event.type == PING:
            await self._tick(delivery)
            return
        event = delivery.event
        try:
            payload: object = self._decode(delivery)
        except Forged as error:
            payload, event = error, delivery.disowned()
        except Malformed as error:
            payload = error
        if payload is None:
            return
        async with connection(self._floor.pool, TURN_S) as db:
            lease_s = self._registration.limit_s + LEASE_MARGIN_S
            subject = subject_of(payload, event)
            held = await inbox.claim(db, self._function, event, subject, lease_s)
            unsent = [] if held else await outbox.unsent(db, self._function, event.source, event.id)
        if held is None:
            await self._floor.publish_unsent(unsent)
        else:
            await self._floor.publish(await self._handle(delivery, payload, held))

    def _decode(self, delivery: Delivery) -> object | None:
        """Check and read an event; None for one of our topics that this function has no use for."""
        name = delivery.event.type
        delivery.check_names()
        if name == WRAPPED:
            raise Forged("not-cloudevent", "the record is not a CloudEvent")
        self._floor.signatures.check(delivery.attributes, delivery.data)
        kind = by_name().get(name)
        if kind is None or kind.topic not in self._topics:
            raise Malformed("unknown-type", f"{name[:200]} is not expected by {self._function}")
        data = delivery.json()
        if kind.model not in self._registration.models:
            return None
        return kind.decode(data, delivery.attributes)

    async def _tick(self, delivery: Delivery) -> None:
        if Tick not in self._registration.models:
            raise Reject(f"{self._function} expects no ticks")
        work = self._work(delivery, None)
        data = delivery.json() if delivery.data else {}
        await self._run(Tick(data if isinstance(data, dict) else {}), work)
        await self._floor.publish(work.rows)

    async def _handle(self, delivery: Delivery, payload: object, held: Claim) -> Sequence[Row]:
        """Run the handler once; an event that cannot be handled becomes a dead letter instead."""
        work = self._work(delivery, held)
        try:
            if isinstance(payload, Malformed):
                raise payload
            if held.attempt > self._floor.settings.max_attempts or held.number > MAX_DELIVERIES:
                raise Malformed("attempts", held.last_error or "the function died while handling it")
            await self._run(payload, work)
        except InProgress:
            raise
        except Reject as error:
            return await self._dead_letter(delivery, payload, held, error.code, str(error))
        except (asyncpg.DataError, OverflowError) as error:
            # a value that PostgreSQL or a calendar cannot keep, such as text with NUL in it, stays so
            return await self._dead_letter(delivery, payload, held, "data", redacted(error))
        except Exception as error:
            reason = redacted(error)
            deferred = isinstance(error, RetryLater)
            if not deferred and held.attempt >= self._floor.settings.max_attempts:
                log.error(
                    "given up after %d attempts", held.attempt, extra={"exception": redacted_traceback(error)}
                )
                return await self._dead_letter(delivery, payload, held, "attempts", reason)
            await self._release(held, reason, deferred=deferred)
            raise error if isinstance(error, LearnFlowError) else LearnFlowError(reason) from error
        return work.rows

    async def _run(self, payload: object, work: EventWork) -> None:
        handler = self._registration.handler
        if handler is None:
            raise Reject(f"{self._function} consumes no events")
        try:
            async with asyncio.timeout(self._registration.limit_s):
                await handler(payload, work)
                await work.close()
        except Exception as error:
            if not work.finished:
                raise
            log.error(
                "failed after the transaction was committed", extra={"exception": redacted_traceback(error)}
            )

    def _work(self, delivery: Delivery, held: Claim | None) -> EventWork:
        return EventWork(
            function=self._function,
            event=delivery.event,
            now=delivery.now,
            pool=self._floor.pool,
            held=held,
            used=self._floor.used,
        )

    async def _dead_letter(
        self, delivery: Delivery, payload: object, held: Claim, reason: str, error: str
    ) -> Sequence[Row]:
        """Write the dead letter, tell the student who waits, and finish the event, in one statement."""
        letter = dead_letter(
            delivery.attributes,
            delivery.data,
            function=self._function,
            reason=reason,
            error=error,
            attempts=held.attempt,
        )
        log.error("dead letter: %s: %s", reason, error)
        metrics.count("learnflow_dead_letters_total", reason=reason)
        redacted = failure_response(self._function, payload)
        work = self._work(delivery, held)
        # named, so that the answer of a later retry is another event than the failure response
        events = [letter] if redacted is None else [letter, work.wrap(redacted, "apology")]
        async with connection(self._floor.pool, TURN_S) as db:
            seqs = await inbox.finish(db, held, events, dead=f"{reason}: {error}")
        return [Row(seq, event) for seq, event in zip(seqs, events, strict=True)]

    async def _release(self, held: Claim, reason: str, *, deferred: bool) -> None:
        try:
            async with connection(self._floor.pool, TURN_S) as db:
                await inbox.release(db, held, reason, deferred=deferred)
        except DatabaseDown as error:
            log.warning("the lease stays until it ends: %s", error)


def subject_of(payload: object, event: Envelope) -> UUID | None:
    """Find out which student an event is about; what cannot be decoded may still say so outside."""
    student: object = getattr(payload, "student_id", None) or event.subject
    try:
        return student if isinstance(student, UUID) else UUID(str(student))
    except ValueError:
        return None
