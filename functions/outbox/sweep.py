"""One sweep over the outbox."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Self

from functions.runtime import metrics, outbox
from functions.runtime.database import Connection, Pool, connection
from functions.runtime.publisher import KafkaSinks, Publisher, publish_rows
from functions.runtime.settings import Environ, env, integer, url
from functions.runtime.signatures import Signatures

log = logging.getLogger(__name__)

BATCH = 100
RETRY_S = 10.0
# In portions: after a retention was lowered the rows are too many for the time of one statement. Old rows lie
# at the beginning of a table, so that each portion is found at once.
PORTION = 10_000
FORGET_EVENTS = (
    "DELETE FROM outbox WHERE ctid = ANY(ARRAY(SELECT ctid FROM outbox WHERE published_at < $1 LIMIT $2))",
    "DELETE FROM inbox WHERE ctid = ANY(ARRAY(SELECT ctid FROM inbox WHERE done_at < $1 LIMIT $2))",
    """
    DELETE FROM stream_events
     WHERE ctid = ANY(ARRAY(SELECT ctid FROM stream_events WHERE created_at < $1 LIMIT $2))
    """,
)
FORGET_RECORDS = (
    """
    DELETE FROM student_views
     WHERE ctid = ANY(ARRAY(SELECT ctid FROM student_views WHERE viewed_at < $1 LIMIT $2))
    """,
    "DELETE FROM ai_calls WHERE ctid = ANY(ARRAY(SELECT ctid FROM ai_calls WHERE created_at < $1 LIMIT $2))",
)


class Sweep:
    """Publishes rows left behind, batch by batch, and keeps the tables short."""

    def __init__(self, pool: Pool, publisher: Publisher, keep: timedelta, keep_records: timedelta) -> None:
        self._pool = pool
        self._publisher = publisher
        self._keep = keep
        self._keep_records = keep_records

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Environ, pool: Pool) -> AsyncIterator[Self]:
        """Open the connection to the sinks.

        Inbox rows are kept LEARNFLOW_RETENTION_DAYS days; it must exceed the retention of the topics.
        The records of who looked and of calls of a model are kept LEARNFLOW_RECORDS_DAYS days.
        """
        days = env(environ, "LEARNFLOW_RETENTION_DAYS", integer(1, 3650), 30)
        records = env(environ, "LEARNFLOW_RECORDS_DAYS", integer(1, 3650), 400)
        limit_s = env(environ, "LEARNFLOW_PUBLISH_LIMIT_S", integer(1, 60), 5)
        address = env(environ, "LEARNFLOW_SINKS_URL", url)
        sinks = KafkaSinks(address, Signatures.read(environ), limit_s)
        try:
            yield cls(pool, sinks, timedelta(days=days), timedelta(days=records))
        finally:
            await sinks.close()

    async def run(self, now: datetime) -> None:
        """Publish until nothing is left or a batch fails; then forget what is old."""
        async with connection(self._pool) as db:
            count, age_s = await outbox.waiting(db)
        metrics.level("learnflow_outbox_waiting", count)
        metrics.level("learnflow_outbox_age_seconds", age_s)
        while await self._batch():
            continue
        async with connection(self._pool) as db:
            await forget(db, FORGET_EVENTS, now - self._keep)
            await forget(db, FORGET_RECORDS, now - self._keep_records)

    async def _batch(self) -> bool:
        """Publish one batch; False when there is no reason to go on."""
        async with connection(self._pool) as db:
            rows = await outbox.left_behind(db, BATCH, RETRY_S)
        sent, failures = await publish_rows(self._publisher, rows)
        async with connection(self._pool) as db:
            await outbox.published(db, sent)
        if rows:
            log.info("swept", extra={"published": len(sent), "failed": len(failures)})
        return len(rows) == BATCH and not failures


async def forget(db: Connection, statements: Sequence[str], before: datetime, portion: int = PORTION) -> None:
    """Delete what was finished before a time, so many rows at once; what a limit cuts off goes next time."""
    for statement in statements:
        while await db.execute(statement, before, portion) == f"DELETE {portion}":
            continue
