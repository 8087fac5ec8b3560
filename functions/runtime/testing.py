"""For tests of handlers: the work on an event, without a server and without a database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar, cast
from uuid import UUID

from functions.runtime.catalog import EventData, by_model
from functions.runtime.database import Connection
from functions.runtime.envelope import Envelope, derived_id

T = TypeVar("T")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def envelope(event_id: str = "event-1", *, type_name: str = "test", time: datetime = NOON) -> Envelope:
    """Make the attributes of a received event."""
    return Envelope(event_id, "/learnflow/test", type_name, None, time, "correlation-1", None, None)


class FakeWork:
    """Work that records what is published; `db` stands in wherever a connection is asked for."""

    def __init__(
        self,
        event: Envelope | None = None,
        *,
        now: datetime = NOON,
        attempt: int = 1,
        used: Mapping[type, object] | None = None,
        db: Connection | None = None,
    ) -> None:
        self.event = event or envelope()
        self.now = now
        self.attempt = attempt
        self.published: list[EventData] = []
        self.committed = False
        self._used = used or {}
        self._db = db

    def publish(self, data: EventData) -> str:
        """Record an event; it must meet its schema."""
        by_model()[type(data)].encode(data)
        self.published.append(data)
        return derived_id(self.event.id, str(len(self.published)))

    def uuid(self, name: str) -> UUID:
        """Derive an id from the event."""
        return UUID(derived_id(self.event.id, "data", name))

    def use(self, kind: type[T]) -> T:
        """Give what the test put in."""
        return cast(T, self._used[kind])

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """Give the connection of the test."""
        yield self._connection()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Give the connection of the test, and note the commit."""
        yield self._connection()
        self.committed = True

    def _connection(self) -> Connection:
        if self._db is None:
            raise LookupError("this test gave no database connection")
        return self._db
