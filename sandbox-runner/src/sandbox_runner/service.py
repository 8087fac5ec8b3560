"""Run requests side by side: a place, a cell, the clock, and the end of a fat instance."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from sandbox_runner import outcome, sentry
from sandbox_runner.admission import Admission, Bounds
from sandbox_runner.cells import Cell, Run
from sandbox_runner.errors import Busy, TooMany, Unavailable
from sandbox_runner.interactive import Message, Talk
from sandbox_runner.metrics import Metrics
from sandbox_runner.pool import Pool
from sandbox_runner.requests import Request
from sandbox_runner.seeded import Pools
from sandbox_runner.settings import MIB, Settings
from sandbox_runner.throttle import Throttle
from sandbox_runner.watchdog import Watchdog

_SHORTEST_S = 0.05
_FORCED = 3  # times the size at which a busy instance is replaced all the same
log = logging.getLogger(__name__)
Hear = Callable[[Talk], Coroutine[Any, Any, None]]


class Service:
    """Everything between the HTTP door and the cells."""

    def __init__(
        self, settings: Settings, pools: Pools, on_fat: Callable[[], None], metrics: Metrics
    ) -> None:
        self._settings, self._pools, self._on_fat, self._metrics = settings, pools, on_fat, metrics
        self._admission = Admission(
            Bounds(
                settings.places,
                settings.places_per_key,
                settings.queue,
                settings.queue_per_key,
                settings.queue_s,
            )
        )
        self._watchdog = Watchdog(settings.watchdog_mib * MIB)
        self._throttle = Throttle(pools.awaited)
        self._talking: list[str] = []
        self.recycling = False

    @property
    def waiting(self) -> int:
        """Count the requests that wait for a place."""
        return self._admission.waiting

    @property
    def running(self) -> int:
        """Count the requests that run."""
        return self._admission.running

    async def execute(self, request: Request) -> dict[str, Any]:
        """Wait for a place, run, answer."""
        if self.recycling:
            raise Busy("this instance is being replaced")
        try:
            async with self._admission.place(request.fair_key) as waited:
                self._metrics.waited(waited)
                answer = await self._execute_parts(request)
            self._metrics.finished(answer)
        finally:
            self._look_at_size()
        return answer

    async def talk(self, request: Request, tell: Callable[[Message], None], hear: Hear) -> None:
        """Run a program that is talked to; one for each student, and never more than half of the places."""
        key = request.fair_key
        if self.recycling or len(self._talking) >= self._settings.talks:
            raise Busy(f"{len(self._talking)} programs are talked to already")
        if key and key in self._talking:
            raise TooMany("this student talks to a program already")
        self._talking.append(key)
        try:
            async with self._admission.place(key):
                await self._talk(request, tell, hear)
        finally:
            self._talking.remove(key)
            self._look_at_size()

    async def _talk(self, request: Request, tell: Callable[[Message], None], hear: Hear) -> None:
        pool = await self._pool(request)
        cell = await pool.take()
        talk = Talk(cell, self._settings.timeout_s, self._settings.talk_s, tell)
        hearing = asyncio.create_task(hear(talk))
        try:
            with self._watchdog.over(cell):
                end = await talk.run(request, self._settings.mode.isolation)
        finally:
            hearing.cancel()
            pool.refill_soon()
        self._metrics.finished(end["result"])
        tell(end)

    async def probe(self, request: Request) -> dict[str, Any]:
        """Run a request of our own, past the queue, as part of the start-up test."""
        return await self._execute_parts(request)

    async def _execute_parts(self, request: Request) -> dict[str, Any]:
        parts = request.parts()
        clock = asyncio.get_running_loop().time
        answers: list[dict[str, Any]] = []
        pool = await self._pool(request)
        cell = await pool.take()
        end = clock() + min(self._settings.timeout_s, request.timeout_s or self._settings.timeout_s)
        for part in parts:
            run = await self._run(cell, part, end - clock())
            answers.append(outcome.answer(run, part, self._settings.mode.isolation))
            if part is parts[-1] or end - clock() < _SHORTEST_S:
                break
            pool.refill()
            cell = await pool.take()
        pool.refill_soon()
        if len(parts) == 1 and not request.isolate:
            return answers[0]
        return outcome.merge(answers, request.items - len(answers)) if request.items else answers[0]

    async def _pool(self, request: Request) -> Pool:
        try:
            return await self._pools.of(request.seed)
        except (TimeoutError, OSError) as error:
            raise Unavailable(f"no interpreter for this seed: {error}") from error

    async def _run(self, cell: Cell, part: Request, seconds: float) -> Run:
        with self._watchdog.over(cell), self._throttle.over(cell):
            return await cell.run(part.payload(), seconds)

    def _look_at_size(self) -> None:
        """Have a fat instance replaced: between programs, or soon when the room runs out."""
        limit = self._settings.recycle_mib * MIB
        memory = sentry.read_memory()
        busy = self.running or self.waiting
        if not self.recycling and (
            memory.footprint > limit if not busy else memory.reserved > _FORCED * limit
        ):
            log.warning("recycling this instance: it holds %d MiB", sentry.mebibytes(memory.footprint))
            self.recycling = True
        if self.recycling and not busy:
            self._on_fat()


def require_isolation(settings: Settings) -> None:
    """Refuse to go on where the chosen isolation is not to be had."""
    if settings.mode == "gvisor" and not sentry.inside_gvisor():
        raise Unavailable(
            "gVisor is not there: start the runner with gvisor/serve.py, in a pod of RuntimeClass gvisor, "
            "or set LEARNFLOW_SANDBOX=unsafe-process to run programs without isolation"
        )
