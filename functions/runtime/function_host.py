"""The floor every function stands on: it receives events, and never loses one nor applies one twice."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
from starlette.exceptions import HTTPException

from functions.runtime import logs, metrics, outbox, tracing
from functions.runtime.catalog import by_name
from functions.runtime.consumer import PING, Delivery, EventConsumer
from functions.runtime.database import Pool, connection
from functions.runtime.errors import LearnFlowError, NotReady
from functions.runtime.outbox import Row
from functions.runtime.publisher import Publisher, publish_rows
from functions.runtime.registry import Registration
from functions.runtime.settings import Environ, Settings
from functions.runtime.signatures import Signatures
from functions.runtime.work import RequestWork

# Marks come within milliseconds; what is forgotten here is published twice, which everybody expects.
REMEMBERED = 1000

log = logging.getLogger(__name__)


class FunctionHost:
    """One function in one process, with what it holds while it is open."""

    def __init__(
        self, registration: Registration, settings: Settings, environ: Environ, clock: Callable[[], datetime]
    ) -> None:
        self.registration = registration
        self.settings = settings
        self.environ = environ
        self.clock = clock
        self.signatures = Signatures.read(environ)
        self.stopping = asyncio.Event()
        self.failed = False
        self._pool: Pool | None = None
        self._publisher: Publisher | None = None
        self.used: dict[type, object] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._sent: list[int] = []
        self._lately: deque[int] = deque(maxlen=REMEMBERED)
        self._receiver = EventConsumer(self)

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
        self._publisher, self.used = publisher, used
        self._pool = pool

    async def drain(self) -> None:
        """Finish what goes on in the background, and take no more."""
        try:
            async with asyncio.timeout(self.settings.publish_limit_s + 1):
                while self._background:
                    await asyncio.wait(self._background)
        except TimeoutError:
            log.warning("%d tasks are left to the outbox sweep", len(self._background))
        self._pool = None

    async def receive(self) -> None:
        """Handle one delivery; raises HTTPException with the status that tells Knative what to do."""
        delivery = Delivery.now_coming(self.clock())
        ids = {"event_id": delivery.event.id, "correlation_id": delivery.event.correlation_id}
        type_name, outcome, began = delivery.event.type, "handled", time.perf_counter()
        with (
            logs.context(event_type=type_name, **ids),
            tracing.consuming(type_name, delivery.event.traceparent, ids),
        ):
            try:
                await self._receiver.receive(delivery)
            except LearnFlowError as error:
                outcome = error.code
                log.warning("not handled: %s", error, extra={"code": error.code})
                raise HTTPException(error.status, error.code) from error
            finally:
                kind = type_name if type_name in by_name() or type_name == PING else "other"
                metrics.count("learnflow_events_total", type=kind, outcome=outcome)
                metrics.observe("learnflow_event_seconds", time.perf_counter() - began, type=kind)

    async def publish(self, rows: Sequence[Row]) -> None:
        """Publish committed rows; raises PublishFailed when one did not go out."""
        if not rows:
            return
        sent, failures = await publish_rows(self.publisher, rows)
        self._note_sent(sent)
        if failures:
            raise failures[0]

    async def publish_unsent(self, rows: Sequence[Row]) -> None:
        """Publish rows found unmarked, but those that went out from here and whose mark is on its way."""
        await self.publish([row for row in rows if row.seq not in self._lately])

    def _note_sent(self, seqs: Sequence[int]) -> None:
        """Have rows marked soon, many at once: should the mark be lost, the sweep repeats the same events."""
        marking = bool(self._sent)
        self._sent.extend(seqs)
        self._lately.extend(seqs)
        if self._sent and not marking:
            self._in_background(self._mark_sent())

    async def _mark_sent(self) -> None:
        while self._sent:
            seqs = list(self._sent)
            try:
                async with connection(self.pool) as db:
                    await outbox.published(db, seqs)
            except (LearnFlowError, asyncpg.PostgresError) as error:
                log.warning("%d rows stay unmarked and are published again: %s", len(seqs), error)
            finally:
                # whatever went wrong: what stays in the list would keep the next marking from starting
                del self._sent[: len(seqs)]

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
            self._in_background(self._publish_quietly(rows))

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _publish_quietly(self, rows: Sequence[Row]) -> None:
        try:
            await self.publish(rows)
        except LearnFlowError as error:
            log.warning("left to the outbox sweep: %s", error)
