"""What the routes share: the parts of this process, put together once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Header, Request

from functions.alerts.alert import AlertRules
from functions.gateway import housekeeping
from functions.gateway.cursors import Cursors
from functions.gateway.hub import Hub
from functions.gateway.passwords import Passwords
from functions.gateway.sandbox import MAX_AT_ONCE
from functions.gateway.settings import GatewaySettings
from functions.gateway.tokens import Tokens
from functions.progress.rules import MasteryRules
from functions.runtime import FunctionHost
from functions.runtime.database import Connection, connection
from functions.runtime.sandbox import Sandbox, connected
from functions.runtime.work import RequestWork


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of one gateway process."""

    floor: FunctionHost
    settings: GatewaySettings
    tokens: Tokens
    passwords: Passwords
    cursors: Cursors
    hub: Hub
    sandbox: Sandbox
    mastery: MasteryRules
    alerts: AlertRules
    background: set[asyncio.Task[None]] = field(default_factory=set)
    exporting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def on(cls, floor: FunctionHost) -> Gateway:
        """Put the parts together; nothing connects yet."""
        settings = GatewaySettings.read(floor.environ)
        return cls(
            floor=floor,
            settings=settings,
            tokens=Tokens(settings.keys),
            passwords=Passwords(settings.argon2_time, settings.argon2_memory_kib),
            cursors=Cursors(settings.keys.secret or settings.keys.private_key or settings.keys.jwks_url),
            hub=Hub(floor.settings.direct_url, floor.stopping),
            sandbox=Sandbox(connected(settings.sandbox_url, settings.sandbox_limit_s, MAX_AT_ONCE), busy_s=0),
            mastery=MasteryRules.read(floor.environ),
            alerts=AlertRules.read(floor.environ),
        )

    def begin(self) -> None:
        """Start what runs beside the requests, with the first of them."""
        if not self.background:
            self.background.update(
                (asyncio.create_task(self.hub.run()), asyncio.create_task(housekeeping.run(self.floor)))
            )

    async def close(self) -> None:
        """End what runs beside the requests, and close connections."""
        for task in self.background:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.sandbox.close()

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self.floor.clock()

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """Borrow a connection for short statements; never hold it while waiting for anything else."""
        return connection(self.floor.pool)

    @asynccontextmanager
    async def transaction(
        self, about: UUID | None = None, traceparent: str | None = None
    ) -> AsyncIterator[RequestWork]:
        """Open a transaction; its events carry the id of what they are about as their correlation."""
        correlation_id = str(about or uuid4())
        async with self.floor.request_transaction(
            correlation_id=correlation_id, traceparent=traceparent
        ) as work:
            yield work


async def gateway(request: Request) -> Gateway:
    """Give a route the parts of the process."""
    found: Gateway = request.app.state.gateway
    found.begin()
    return found


async def request_id(request: Request) -> str:
    """Give a route an id of its request that the caller did not choose; the log has both."""
    return str(request.scope["state"]["own_id"])


Gw = Annotated[Gateway, Depends(gateway)]
RequestId = Annotated[str, Depends(request_id)]
Traceparent = Annotated[str | None, Header(include_in_schema=False)]
