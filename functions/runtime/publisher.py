"""Publishing to KafkaSinks: single events, and rows of the outbox with the marks that say so."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Protocol

import asyncpg

from functions.runtime import outbox, tracing
from functions.runtime.database import Pool, connection
from functions.runtime.envelope import Outgoing
from functions.runtime.errors import LearnFlowError, PublishFailed
from functions.runtime.http_client import HttpClient, NoAnswer
from functions.runtime.outbox import Row
from functions.runtime.signatures import Signatures

ACCEPTED = 202
# Marks come within milliseconds; what is forgotten here is published twice, which everybody expects.
REMEMBERED = 1000

# A mark is a statement and a commit: at fifty events a second a dozen share one.
MARK_EVERY_S = 0.25
# Who accepted a question publishes it while it lives; the sweep, every ten seconds at best, is for crashes.
AGAIN_S = (1.0, 2.0, 4.0, 8.0)

log = logging.getLogger(__name__)


class Publisher(Protocol):
    """Puts events on their topics."""

    async def publish(self, event: Outgoing) -> None:
        """Publish one event; returns once it is stored, raises PublishFailed otherwise."""


class KafkaSinks:
    """The KafkaSinks of a namespace, each at `<base>/<topic with dots as dashes>`; signs what goes there.

    `limit_s` bounds each event.
    """

    def __init__(self, base_url: str, signatures: Signatures, limit_s: float) -> None:
        self._client = HttpClient(base_url, limit_s)
        self._signatures = signatures

    async def publish(self, event: Outgoing) -> None:
        """Publish one event; returns once Kafka has it, raises PublishFailed otherwise."""
        path = f"/{event.topic.removeprefix('learnflow.').replace('.', '-')}"
        headers = self._signatures.sign(event).headers()
        try:
            with tracing.posting(path):
                answer = await self._client.post(path, headers, event.data)
        except (NoAnswer, TimeoutError) as error:
            raise PublishFailed(f"{event.topic}: {type(error).__name__}: {error}") from error
        if answer.status != ACCEPTED:
            raise PublishFailed(f"{event.topic}: the sink answered {answer.status}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


class OutboxPublisher:
    """Publishes committed rows and marks them, many with one statement, in the background.

    A mark that is lost has the sweep publish the same event again, which every consumer expects.
    """

    def __init__(self, publisher: Publisher, pool: Pool, again_s: Sequence[float] = AGAIN_S) -> None:
        self._publisher = publisher
        self._pool = pool
        self._again_s = again_s
        self._closing = asyncio.Event()
        self._background: set[asyncio.Task[None]] = set()
        self._unmarked: list[int] = []
        self._lately: deque[int] = deque(maxlen=REMEMBERED)

    async def publish(self, rows: Sequence[Row]) -> None:
        """Publish rows side by side, but those that went out from here lately and whose mark is on its way.

        Raises PublishFailed when one did not go out.
        """
        due = [row for row in rows if row.seq not in self._lately]
        sent, failures = await publish_rows(self._publisher, due)
        self._mark_soon(sent)
        if failures:
            raise failures[0]

    def publish_soon(self, rows: Sequence[Row]) -> None:
        """Publish rows in the background, again after 1, 2, 4 and 8 s; then they are left to the sweep."""
        if rows:
            self._in_background(self._publish_until_they_are_out(rows))

    async def drain(self, limit_s: float) -> None:
        """Finish what goes on in the background, without waiting between tries."""
        self._closing.set()
        try:
            async with asyncio.timeout(limit_s):
                while self._background:
                    await asyncio.wait(self._background)
        except TimeoutError:
            log.warning("%d tasks are left to the outbox sweep", len(self._background))

    def _mark_soon(self, seqs: Sequence[int]) -> None:
        marking = bool(self._unmarked)
        self._unmarked.extend(seqs)
        self._lately.extend(seqs)
        if self._unmarked and not marking:
            self._in_background(self._mark())

    async def _mark(self) -> None:
        while self._unmarked:
            await self._pause(MARK_EVERY_S)
            seqs = list(self._unmarked)
            try:
                async with connection(self._pool) as db:
                    await outbox.published(db, seqs)
            except (LearnFlowError, asyncpg.PostgresError) as error:
                log.warning("%d rows stay unmarked and are published again: %s", len(seqs), error)
            finally:
                # whatever went wrong: what stays in the list would keep the next marking from starting
                del self._unmarked[: len(seqs)]

    async def _publish_until_they_are_out(self, rows: Sequence[Row]) -> None:
        for pause_s in (*self._again_s, None):
            try:
                await self.publish(rows)
            except LearnFlowError as error:
                if pause_s is None or self._closing.is_set():
                    log.warning("left to the outbox sweep: %s", error)
                    break
                await self._pause(pause_s)
            else:
                break

    async def _pause(self, seconds: float) -> None:
        """Wait, but not while the process ends."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def publish_rows(publisher: Publisher, rows: Sequence[Row]) -> tuple[list[int], list[BaseException]]:
    """Publish rows side by side; returns the rows that went out and what kept the others back."""
    results = await asyncio.gather(*(publisher.publish(row.event) for row in rows), return_exceptions=True)
    sent = [row.seq for row, result in zip(rows, results, strict=True) if result is None]
    return sent, [result for result in results if result is not None]
