"""Publishing to KafkaSinks: single events, and rows of the outbox with the marks that say so."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Protocol

import asyncpg
import httpx

from functions.runtime import outbox
from functions.runtime.database import Pool, connection
from functions.runtime.envelope import Outgoing
from functions.runtime.errors import LearnFlowError, PublishFailed
from functions.runtime.outbox import Row
from functions.runtime.signatures import Signatures

# Before each request httpx looks at every idle connection: twenty took as long as the request itself.
KEPT = 4
KEPT_S = 60
# Marks come within milliseconds; what is forgotten here is published twice, which everybody expects.
REMEMBERED = 1000

log = logging.getLogger(__name__)


class Publisher(Protocol):
    """Puts events on their topics."""

    async def publish(self, event: Outgoing) -> None:
        """Publish one event; returns once it is stored, raises PublishFailed otherwise."""


class KafkaSinks:
    """The KafkaSinks of a namespace, each at `<base>/<topic with dots as dashes>`; signs what goes there."""

    def __init__(self, base_url: str, client: httpx.AsyncClient, signatures: Signatures) -> None:
        self._base_url = base_url
        self._client = client
        self._signatures = signatures

    async def publish(self, event: Outgoing) -> None:
        """Publish one event; returns once Kafka has it, raises PublishFailed otherwise."""
        signed = self._signatures.sign(event)
        try:
            answer = await self._client.post(
                self.address(event.topic), content=event.data, headers=signed.headers()
            )
        except httpx.HTTPError as error:
            raise PublishFailed(f"{event.topic}: {type(error).__name__}: {error}") from error
        if answer.status_code != httpx.codes.ACCEPTED:
            raise PublishFailed(f"{event.topic}: the sink answered {answer.status_code}")

    def address(self, topic: str) -> str:
        """The address of the sink of a topic."""
        return f"{self._base_url}/{topic.removeprefix('learnflow.').replace('.', '-')}"


class OutboxPublisher:
    """Publishes committed rows and marks them, many with one statement, in the background.

    A mark that is lost has the sweep publish the same event again, which every consumer expects.
    """

    def __init__(self, publisher: Publisher, pool: Pool) -> None:
        self._publisher = publisher
        self._pool = pool
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
        """Publish rows in the background; what does not go out is left to the sweep."""
        if rows:
            self._in_background(self._publish_quietly(rows))

    async def drain(self, limit_s: float) -> None:
        """Finish what goes on in the background."""
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
            seqs = list(self._unmarked)
            try:
                async with connection(self._pool) as db:
                    await outbox.published(db, seqs)
            except (LearnFlowError, asyncpg.PostgresError) as error:
                log.warning("%d rows stay unmarked and are published again: %s", len(seqs), error)
            finally:
                # whatever went wrong: what stays in the list would keep the next marking from starting
                del self._unmarked[: len(seqs)]

    async def _publish_quietly(self, rows: Sequence[Row]) -> None:
        try:
            await self.publish(rows)
        except LearnFlowError as error:
            log.warning("left to the outbox sweep: %s", error)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def connections(most: int | None = None) -> httpx.Limits:
    """Say how many connections a client may have; few of them are kept when there is nothing to send."""
    return httpx.Limits(max_connections=most, max_keepalive_connections=KEPT, keepalive_expiry=KEPT_S)


async def publish_rows(publisher: Publisher, rows: Sequence[Row]) -> tuple[list[int], list[BaseException]]:
    """Publish rows side by side; returns the rows that went out and what kept the others back."""
    results = await asyncio.gather(*(publisher.publish(row.event) for row in rows), return_exceptions=True)
    sent = [row.seq for row, result in zip(rows, results, strict=True) if result is None]
    return sent, [result for result in results if result is not None]
