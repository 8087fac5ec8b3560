"""The way of one event through a function, from top to bottom.

request → read → claim in the inbox → handler → commit with the outbox rows → publish → answer. Whatever fails
on the way is either given back, and Knative delivers it again, or becomes a dead letter with its reason.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from events.models import ActivityRecorded
from events.wire import NotACloudEvent, from_http
from functions.runtime import inbox, logs, metrics, outbox, tracing
from functions.runtime.catalog import by_model, by_name
from functions.runtime.database import TURN_S, connection
from functions.runtime.dead_letters import dead_letter
from functions.runtime.delivery import PING, Delivery
from functions.runtime.errors import (
    DatabaseDown,
    Forged,
    HandledBefore,
    InProgress,
    LearnFlowError,
    Malformed,
    Reject,
    RetryLater,
    Stalled,
    ours,
    redacted,
    redacted_traceback,
)
from functions.runtime.failure_response import failure_response
from functions.runtime.function_host import FunctionHost
from functions.runtime.inbox import Claim, Unclaimed
from functions.runtime.outbox import Row
from functions.runtime.registration import Registration, Tick
from functions.runtime.work import EventWork

LEASE_MARGIN_S = 5.0
MAX_DELIVERIES = 100
# An attempt during which the loop stood still this long says nothing about the event. What holds the loop up
# cannot be told from what is beside it: so an event has three such attempts for nothing.
STALL_S, MAX_STALLS = 1.0, 3
OK = b"OK"

log = logging.getLogger(__name__)


class EventConsumer:
    """Handles the deliveries of one function."""

    def __init__(self, registration: Registration, host: FunctionHost) -> None:
        self._registration = registration
        self._host = host
        self._function = host.settings.function
        self._topics = {by_model()[m].topic for m in registration.models if m in by_model()}

    async def endpoint(self, request: Request) -> Response:
        """Answer a delivery with the status that tells Knative what to do with it."""
        try:
            event = from_http(request.headers.raw, await request.body())
            await self.consume(Delivery.of(event, self._host.clock()))
        except NotACloudEvent as error:
            answer = PlainTextResponse(str(error), error.status)
        except ClientDisconnect:
            answer = PlainTextResponse("half a request", 400)
        except LearnFlowError as error:
            answer = PlainTextResponse(error.code, error.status)
        else:
            answer = PlainTextResponse(OK)
        return answer

    async def consume(self, delivery: Delivery) -> None:
        """Take one delivery through; raises a LearnFlowError when it is to come again."""
        with observed(delivery):
            payload, delivery = self._read(delivery)
            if payload is not None:
                opened, event = self._host.opened, delivery.event
                work = EventWork(self._function, event, delivery.now, opened.pool, opened.used)
                if isinstance(payload, Tick):
                    await self._run(payload, work)
                else:
                    await self._once(delivery, payload, work)
                await opened.outbox.publish(work.rows)

    def _read(self, delivery: Delivery) -> tuple[object, Delivery]:
        """Read the payload: a typed event, a Tick, None for what is ignored, or why it is a dead letter."""
        payload: object = None
        try:
            if delivery.event.type != PING:
                payload = self._typed(delivery)
            elif Tick in self._registration.models:
                data = delivery.json() if delivery.data else {}
                payload = Tick(data if isinstance(data, dict) else {})
            else:
                raise Reject(f"{self._function} expects no ticks")
        except Forged as error:
            payload, delivery = error, delivery.disowned()
        except Malformed as error:
            payload = error
        return payload, delivery

    def _typed(self, delivery: Delivery) -> object | None:
        """Check and decode an event; None for one of our topics that this function has no use for."""
        delivery.check_names()
        payload, kind = None, by_name().get(delivery.event.type)
        known = kind is not None and kind.topic in self._topics
        wanted = kind is None or kind.model in self._registration.models
        kinds = self._registration.kinds if kind is not None and kind.model is ActivityRecorded else ()
        if not known or (wanted and delivery.is_of(kinds)):
            self._host.signatures.check(delivery.attributes, delivery.data)
            if kind is None or not known:
                name = delivery.event.type[:200]
                raise Malformed("unknown-type", f"{name} is not expected by {self._function}")
            payload = kind.decode(delivery.json(), delivery.attributes)
        return payload

    async def _once(self, delivery: Delivery, payload: object, work: EventWork) -> None:
        """Handle an event once; of one that was handled before, publish what is still unsent.

        What costs money or time is claimed first, so that two deliveries never pay twice. So is everything
        for a while after a start: an event that ends the process is then counted.
        """
        leases = self._registration.leases(self._host.opened.used)
        if leases or isinstance(payload, Malformed) or self._host.young:
            await self._claim(delivery, payload, work)
        else:
            work.unclaimed = Unclaimed(self._function, delivery.event, delivery.student(payload))
        if work.held is not None or work.unclaimed is not None:
            await self._handle(delivery, payload, work)

    async def _handle(self, delivery: Delivery, payload: object, work: EventWork) -> None:
        """Run the handler; make a dead letter of what it can't handle, else give the claim back and raise."""
        try:
            await self._attempt(payload, work)
        except InProgress:
            raise
        except HandledBefore as late:
            await self._claim(delivery, payload, work)
            if work.held is not None:
                await self._release(work.held, late)
                raise
        except Exception as error:
            if work.held is None:
                await self._claim(delivery, payload, work)
            if (held := work.held) is not None:
                if (reason := self._reason(error, held)) is None:
                    await self._release(held, error)
                    raise ours(error) from error
                await self._dead_letter(delivery, payload, held, work, *reason)

    @property
    def _limit_s(self) -> float:
        """How many seconds one event may take."""
        return self._registration.limit(self._host.opened.used)

    async def _claim(self, delivery: Delivery, payload: object, work: EventWork) -> None:
        """Claim the event for `work`; without success `work` gets the rows that are still to be published."""
        event, lease_s = delivery.event, self._limit_s + LEASE_MARGIN_S
        async with connection(self._host.pool, TURN_S) as db:
            work.held = await inbox.claim(db, self._function, event, delivery.student(payload), lease_s)
            if work.held is None:
                work.rows = await outbox.unsent(db, self._function, event.source, event.id)

    async def _attempt(self, payload: object, work: EventWork) -> None:
        """Run the handler, unless the event cannot be handled or was tried too often."""
        if isinstance(payload, Malformed):
            raise payload
        held, tries = work.held, self._host.settings.max_attempts
        if held is not None and (held.attempt > tries or held.number > MAX_DELIVERIES):
            raise Malformed("attempts", held.last_error or "the function died while handling it")
        await self._run(payload, work)

    async def _run(self, payload: object, work: EventWork) -> None:
        """Run the handler within its time, and commit for one that did not."""
        handler = self._registration.handler
        if handler is None:
            raise Reject(f"{self._function} consumes no events")
        ends, lost_s = time.monotonic() + self._registration.limit_s, self._host.watch.lost_s
        try:
            async with asyncio.timeout(self._limit_s):
                await handler(payload, work)
                await work.close()
        except Exception as error:
            if not work.finished:
                lost_s = self._host.watch.lost_s - lost_s + max(time.monotonic() - ends, 0.0)
                if isinstance(error, TimeoutError) and lost_s >= STALL_S:
                    raise Stalled(f"the process was held up for {lost_s:.1f} s") from error
                raise
            log.error("failed after the commit", extra={"exception": redacted_traceback(error)})

    def _reason(self, error: Exception, held: Claim) -> tuple[str, str] | None:
        """Say why an event becomes a dead letter, in a word and a line; None when it is to come again."""
        reason = None
        match error:
            case Reject():
                reason = error.code, str(error)
            case asyncpg.DataError() | OverflowError():
                # a value that PostgreSQL or a calendar cannot keep, such as text with NUL in it, stays so
                reason = "data", redacted(error)
            case _ if held.attempt >= self._host.settings.max_attempts and not not_its_fault(error, held):
                trace = {"exception": redacted_traceback(error)}
                log.error("given up after %d attempts", held.attempt, extra=trace)
                reason = "attempts", redacted(error)
        return reason

    async def _dead_letter(
        self, delivery: Delivery, payload: object, held: Claim, work: EventWork, reason: str, error: str
    ) -> None:
        """Write the dead letter, tell the student who waits, and finish the event, in one statement."""
        log.error("dead letter: %s: %s", reason, error)
        metrics.count("learnflow_dead_letters_total", reason=reason)
        events = [
            dead_letter(
                delivery.attributes,
                delivery.data,
                function=self._function,
                reason=reason,
                error=error,
                attempts=held.attempt,
            )
        ]
        if (response := failure_response(self._function, payload)) is not None:
            # named, so that the answer of a later retry is another event than this one
            events.append(work.wrap(response, "apology"))
        async with connection(self._host.pool, TURN_S) as db:
            seqs = await inbox.finish(db, held, events, dead=f"{reason}: {error}")
        work.rows = [Row(seq, event) for seq, event in zip(seqs, events, strict=True)]

    async def _release(self, held: Claim, error: Exception) -> None:
        """Let the next delivery be handled at once."""
        try:
            async with connection(self._host.pool, TURN_S) as db:
                await inbox.release(db, held, redacted(error), deferred=not_its_fault(error, held))
        except DatabaseDown as down:
            log.warning("the lease stays until it ends: %s", down)


def not_its_fault(error: Exception, held: Claim) -> bool:
    """Whether a failed attempt is not counted against the event."""
    return isinstance(error, RetryLater) and (not isinstance(error, Stalled) or held.deferrals < MAX_STALLS)


@contextmanager
def observed(delivery: Delivery) -> Iterator[None]:
    """Log, trace and count what happens to a delivery."""
    event, outcome, began = delivery.event, "handled", time.perf_counter()
    ids = {"event_id": event.id, "correlation_id": event.correlation_id}
    try:
        with (
            logs.context(event_type=event.type, **ids),
            tracing.consuming(event.type, event.traceparent, ids),
        ):
            try:
                yield
            except LearnFlowError as error:
                outcome = error.code
                log.warning("not handled: %s", error, extra={"code": error.code})
                raise
    finally:
        kind = event.type if event.type in by_name() or event.type == PING else "other"
        metrics.count("learnflow_events_total", type=kind, outcome=outcome)
        metrics.observe("learnflow_event_seconds", time.perf_counter() - began, type=kind)
