"""The processes behind a Service: which are ready, which has room, and who waits."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from infra.standin.plan import HealthCheck, ServicePlan
from infra.standin.settings import Settings

log = logging.getLogger(__name__)


class QueueFull(Exception):
    """As many requests wait as may wait."""


@dataclass(slots=True)
class Backend:
    """One process, as the front knows it."""

    port: int
    ready: bool = False
    in_flight: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What a front is doing now."""

    ready: int
    in_flight: int
    queued: int


class Backends:
    """Hands out the least busy ready instance; callers wait their turn in order of arrival."""

    def __init__(self, service: ServicePlan, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._service = service
        self._check = service.readiness
        self._session = session
        self._settings = settings
        self._limit = service.container_concurrency
        self._backends = [Backend(instance.port) for instance in service.instances]
        self._waiting: list[asyncio.Future[None]] = []
        self._lost = asyncio.Event()

    @property
    def figures(self) -> Figures:
        """How many instances are ready, and how many requests are at one or wait for one."""
        ready = sum(backend.ready for backend in self._backends)
        in_flight = sum(backend.in_flight for backend in self._backends)
        return Figures(ready, in_flight, len(self._waiting))

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Backend]:
        """Wait for an instance with room and hold one unit of its concurrency.

        Raises: QueueFull.
        """
        backend = None if self._waiting else self._free()
        while backend is None:
            await self._wait()
            backend = self._free()
        backend.in_flight += 1
        try:
            yield backend
        finally:
            backend.in_flight -= 1
            self._wake()

    def lost(self, backend: Backend) -> None:
        """Note that an instance refused a connection."""
        backend.ready = False
        self._lost.set()

    async def watch(self) -> None:
        """Probe all instances until cancelled."""
        async with asyncio.TaskGroup() as probing:
            for backend in self._backends:
                probing.create_task(self._watch(backend))

    async def _wait(self) -> None:
        per_unit = self._settings.queue_per_unit_of_concurrency
        if self._limit and len(self._waiting) >= per_unit * self._limit * len(self._backends):
            raise QueueFull
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._wake()
            raise
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)

    def _free(self) -> Backend | None:
        candidates = [
            one for one in self._backends if one.ready and (not self._limit or one.in_flight < self._limit)
        ]
        return min(candidates, key=lambda one: one.in_flight, default=None)

    def _wake(self) -> None:
        room = sum(
            max(0, (self._limit or len(self._waiting)) - one.in_flight) for one in self._backends if one.ready
        )
        for turn in self._waiting[:room]:
            if not turn.done():
                turn.set_result(None)

    async def _watch(self, backend: Backend) -> None:
        failures = 0
        await asyncio.sleep(self._check.initial_delay_s)
        while True:
            healthy = await self._healthy(backend.port, self._check)
            failures = 0 if healthy else failures + 1
            if healthy and not backend.ready:
                backend.ready = True
                log.info("instance ready", extra={"service": self._service.name, "port": backend.port})
                self._wake()
            elif backend.ready and failures >= self._check.failure_threshold:
                backend.ready = False
                log.warning("instance unready", extra={"service": self._service.name, "port": backend.port})
            await self._pause(self._check.period_s if backend.ready else self._settings.unready_probe_every_s)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._lost.wait()
        except TimeoutError:
            return
        self._lost.clear()

    async def _healthy(self, port: int, check: HealthCheck) -> bool:
        try:
            async with asyncio.timeout(check.timeout_s):
                if check.path is None:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    return True
                url = f"http://127.0.0.1:{port}{check.path}"
                async with self._session.get(url, headers=check.headers) as response:
                    return 200 <= response.status < 400
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False
