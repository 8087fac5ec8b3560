"""What a handler works with: reading, one transaction, publishing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Protocol, TypeVar, cast
from uuid import UUID

from functions.runtime.catalog import EventData, by_model
from functions.runtime.database import TURN_S, Connection, Pool, connection
from functions.runtime.envelope import Envelope, Outgoing, derived_id, outgoing
from functions.runtime.inbox import Claim, Unclaimed, finish, finish_unclaimed
from functions.runtime.outbox import Row, write

T = TypeVar("T")


class Work(Protocol):
    """One event being handled."""

    @property
    def event(self) -> Envelope:
        """The attributes of the event."""

    @property
    def now(self) -> datetime:
        """When it is handled, in UTC."""

    @property
    def attempt(self) -> int:
        """How often it was tried, from 1."""

    def publish(self, data: EventData) -> str:
        """Hand over an event to publish once the transaction is committed; returns its id."""

    def uuid(self, name: str) -> UUID:
        """Derive an id from the event, the same at every attempt."""

    def use(self, kind: type[T]) -> T:
        """Give what the function said it uses."""

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """Borrow a connection for short reads; never hold it during an HTTP call."""

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Open the transaction, once: domain writes, inbox and outbox are committed together at its end."""


class EventWork:
    """The work on one event: with a claim, without one, or on a tick, which no inbox knows.

    `rows` are its outbox rows once it is committed.
    """

    def __init__(
        self, function: str, event: Envelope, now: datetime, pool: Pool, used: Mapping[type, object]
    ) -> None:
        self.event = event
        self.now = now
        self.rows: list[Row] = []
        self._function = function
        self._pool = pool
        self.held: Claim | None = None
        self.unclaimed: Unclaimed | None = None
        self._used = used
        self._outputs: list[Outgoing] = []
        self._opened = False
        self._closed = False

    @property
    def attempt(self) -> int:
        """How often the event was tried, from 1."""
        return self.held.attempt if self.held else 1

    @property
    def finished(self) -> bool:
        """Whether the transaction was committed."""
        return self._closed

    def publish(self, data: EventData) -> str:
        """Hand over an event to publish once the transaction is committed; returns its id."""
        if self._closed:
            raise RuntimeError("publish inside or before the transaction: it is already committed")
        event = self.wrap(data)
        self._outputs.append(event)
        return event.id

    def wrap(self, data: EventData, name: str | None = None) -> Outgoing:
        """Make the event that data goes out as; its id comes of the name, or of its place among its type."""
        kind = by_model()[type(data)].name
        place = name or str(sum(e.attributes["type"] == kind for e in self._outputs))
        return outgoing(
            data,
            event_id=derived_id(self._function, self.event.source, self.event.id, kind, place),
            function=self._function,
            now=self.now,
            correlation_id=self.event.correlation_id,
            causation_id=self.event.id,
            traceparent=self.event.traceparent,
        )

    def uuid(self, name: str) -> UUID:
        """Derive an id from the event, the same at every attempt."""
        return UUID(derived_id(self._function, self.event.source, self.event.id, "data", name))

    def use(self, kind: type[T]) -> T:
        """Give what the function said it uses."""
        return cast(T, self._used[kind])

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """Borrow a connection for short reads; never hold it during an HTTP call."""
        async with connection(self._pool, TURN_S) as db:
            yield db

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Open the transaction, once: domain writes, inbox and outbox are committed together at its end."""
        if self._opened:
            raise RuntimeError("an event is handled in one transaction")
        self._opened = True
        async with connection(self._pool, TURN_S) as db, db.transaction():
            yield db
            self.rows = await self._write(db)
        self._closed = True

    async def close(self) -> None:
        """Write inbox and outbox for a handler that opened no transaction: one statement needs none."""
        if self._opened:
            return
        self._opened = True
        async with connection(self._pool, TURN_S) as db:
            self.rows = await self._write(db)
        self._closed = True

    async def _write(self, db: Connection) -> list[Row]:
        if self.held is not None:
            seqs = await finish(db, self.held, self._outputs)
        elif self.unclaimed is not None:
            seqs = await finish_unclaimed(db, self.unclaimed, self._outputs)
        else:
            return await write(db, self._function, self._outputs) if self._outputs else []
        return [Row(seq, event) for seq, event in zip(seqs, self._outputs, strict=True)]


class RequestWork:
    """The work on one HTTP request: a transaction, and events that go out after it."""

    def __init__(
        self, *, function: str, db: Connection, now: datetime, correlation_id: str, traceparent: str | None
    ) -> None:
        self.db = db
        self.now = now
        self._function = function
        self._correlation_id = correlation_id
        self._traceparent = traceparent
        self._outputs: list[Outgoing] = []

    def publish(self, data: EventData) -> str:
        """Hand over an event to publish once the transaction is committed; returns its id."""
        kind = by_model()[type(data)].name
        event = outgoing(
            data,
            event_id=derived_id(self._function, self._correlation_id, kind, str(len(self._outputs))),
            function=self._function,
            now=self.now,
            correlation_id=self._correlation_id,
            # no event came before it: what it answers is the message or request that began it all
            causation_id=self._correlation_id,
            traceparent=self._traceparent,
        )
        self._outputs.append(event)
        return event.id

    async def write(self) -> Sequence[Row]:
        """Write the outbox rows, last in the transaction."""
        return await write(self.db, self._function, self._outputs) if self._outputs else []
