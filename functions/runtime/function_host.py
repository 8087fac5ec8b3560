"""One function in one process: its settings, and what is open for it while it runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from functions.runtime.database import Pool, connection
from functions.runtime.errors import NotReady
from functions.runtime.health import LoopWatch
from functions.runtime.publisher import OutboxPublisher
from functions.runtime.settings import Environ, Settings
from functions.runtime.signatures import Signatures
from functions.runtime.work import RequestWork


@dataclass(frozen=True, slots=True)
class Resources:
    """What start-up opens."""

    pool: Pool
    outbox: OutboxPublisher
    used: dict[type, object]


class FunctionHost:
    """What a function stands on; `failed` is the exit code of a start-up that cannot succeed."""

    def __init__(self, settings: Settings, environ: Environ, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.environ = environ
        self.clock = clock
        self.signatures = Signatures.read(environ)
        self.stopping = asyncio.Event()
        self.watch = LoopWatch()
        self.failed = 0
        self._opened: Resources | None = None
        self._young_until = 0.0

    @property
    def young(self) -> bool:
        """Whether start-up is just over."""
        return time.monotonic() < self._young_until

    @property
    def started(self) -> bool:
        """Whether start-up is complete."""
        return self._opened is not None

    @property
    def opened(self) -> Resources:
        """What start-up opened; raises NotReady before it is complete."""
        if self._opened is None:
            raise NotReady("the function is starting")
        return self._opened

    @property
    def pool(self) -> Pool:
        """The connections of this process; raises NotReady before start-up is complete."""
        return self.opened.pool

    def open(self, resources: Resources) -> None:
        """Take what start-up opened; from now on events are handled."""
        self._opened = resources
        self._young_until = time.monotonic() + self.settings.careful_s

    async def drain(self) -> None:
        """Finish what goes on in the background, and take no more."""
        if self._opened is not None:
            await self._opened.outbox.drain(self.settings.publish_limit_s + 1)
        self._opened = None

    @asynccontextmanager
    async def request_transaction(
        self, *, correlation_id: str, traceparent: str | None = None
    ) -> AsyncIterator[RequestWork]:
        """Open a transaction for an HTTP request; its events go out in the background after the commit."""
        opened = self.opened
        async with connection(opened.pool) as db, db.transaction():
            work = RequestWork(
                function=self.settings.function,
                db=db,
                now=self.clock(),
                correlation_id=correlation_id,
                traceparent=traceparent,
            )
            yield work
            rows = await work.write()
        opened.outbox.publish_soon(rows)
