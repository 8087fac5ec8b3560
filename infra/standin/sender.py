"""Delivering one event to a subscriber: attempts, pauses, and the dead letter."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import Any

import aiohttp

from events.wire import Event
from infra.standin.eventing import Delivery
from infra.standin.http_client import NO_ANSWER, HeaderPairs, post
from infra.standin.retries import Answer, Verdict, error_attributes, pauses, unusable_kne_names
from infra.standin.settings import Settings

log = logging.getLogger(__name__)
Slots = AbstractAsyncContextManager[Any]
_UNBOUNDED: Slots = nullcontext()


class Outcome(Enum):
    """How a delivery ended."""

    DELIVERED = "delivered"
    DEAD_LETTERED = "dead_lettered"
    LOST = "lost"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Route:
    """Where the events of one source go; `slots` bounds the requests at the subscriber."""

    source: str
    namespace: str
    url: str
    delivery: Delivery
    dead_letter_url: str | None = None
    slots: Slots = _UNBOUNDED


class Sender:
    """Delivers the events of one source until `stopping` is set."""

    def __init__(self, session: aiohttp.ClientSession, route: Route, settings: Settings) -> None:
        self._session = session
        self._route = route
        self._settings = settings
        self._pauses = pauses(route.delivery)
        self._timeout_s = route.delivery.timeout.total_seconds()
        self.stopping = asyncio.Event()
        self.retried = 0

    async def deliver(self, event: Event, trace: HeaderPairs) -> Outcome:
        """Send one event with its retries, then to the dead letter sink.

        ABANDONED: stopping came first, so the event has to be delivered again later.
        """
        answer = await self._all_attempts(event, trace, self._route.url, self._route.slots)
        if answer is None:
            return Outcome.ABANDONED
        if answer.verdict is Verdict.DONE:
            return Outcome.DELIVERED
        return await self._give_up(event, trace, answer)

    async def _give_up(self, event: Event, trace: HeaderPairs, answer: Answer) -> Outcome:
        about = self._about(event) | {"status": answer.status, "failure": answer.failure}
        for name in unusable_kne_names(answer):
            log.error("Knative would never finish this record", extra=about | {"header": f"Kne-{name}"})
        if self._route.dead_letter_url is not None:
            letter = event.with_attributes(error_attributes(self._route.url, answer))
            last = await self._all_attempts(letter, trace, self._route.dead_letter_url, _UNBOUNDED)
            if last is None:
                return Outcome.ABANDONED
            if last.verdict is Verdict.DONE:
                log.warning("dead-lettered", extra=about)
                return Outcome.DEAD_LETTERED
            about |= {"dead_letter_status": last.status, "dead_letter_failure": last.failure}
        log.error("an event is lost", extra=about)
        return Outcome.LOST

    async def _all_attempts(self, event: Event, trace: HeaderPairs, url: str, slots: Slots) -> Answer | None:
        namespace = self._route.namespace
        headers = [*event.dispatcher_headers(), *trace, ("Prefer", "reply"), ("Kn-Namespace", namespace)]
        answer = await self._attempt(url, headers, event.data, slots)
        for pause in self._pauses:
            if answer.verdict is not Verdict.RETRY:
                break
            outcome = {"url": url, "status": answer.status, "failure": answer.failure}
            log.info("an attempt failed", extra=self._about(event) | outcome)
            if await self._stops_within(pause):
                return None
            self.retried += 1
            answer = await self._attempt(url, headers, event.data, slots)
        return answer

    async def _attempt(self, url: str, headers: HeaderPairs, body: bytes, slots: Slots) -> Answer:
        try:
            async with slots, asyncio.timeout(self._timeout_s):
                return await post(self._session, url, headers, body, self._settings.max_redirects)
        except (*NO_ANSWER, ValueError) as error:
            # ValueError: a value that no HTTP header can hold; Knative retries it like any other failure
            return Answer(None, failure=repr(error))

    async def _stops_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self.stopping.wait()
        except TimeoutError:
            return False

    def _about(self, event: Event) -> dict[str, object]:
        return {
            "source": self._route.source,
            "url": self._route.url,
            "event_id": event.attributes.get("id"),
            "event_type": event.attributes.get("type"),
        }
