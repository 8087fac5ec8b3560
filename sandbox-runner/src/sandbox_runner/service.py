"""Run requests one at a time: the queue, the cells, the watchdog and the end of a fat instance."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from sandbox_runner import outcome, sentry
from sandbox_runner.cells import Cell, Run
from sandbox_runner.errors import Busy, Unavailable
from sandbox_runner.metrics import Metrics
from sandbox_runner.pool import Pool
from sandbox_runner.requests import Request
from sandbox_runner.settings import MIB, Settings

_WATCH_S = 0.1
_SHORTEST_S = 0.05
log = logging.getLogger(__name__)


class Service:
    """Everything between the HTTP door and the cells."""

    def __init__(self, settings: Settings, pool: Pool, on_fat: Callable[[], None], metrics: Metrics) -> None:
        self._settings, self._pool, self._on_fat, self._metrics = settings, pool, on_fat, metrics
        self._turn = asyncio.Semaphore(1)
        self.waiting = 0
        self.running = 0
        self.recycling = False

    async def execute(self, request: Request) -> dict[str, Any]:
        """Wait for the turn, run, answer."""
        if self.recycling:
            raise Busy("this instance is being replaced")
        async with self._slot():
            answer = await self._execute_parts(request)
        self._metrics.finished(answer)
        self._pool.refill_soon()
        self._look_at_size()
        return answer

    async def probe(self, request: Request) -> dict[str, Any]:
        """Run a request of our own, past the queue, as part of the start-up test."""
        return await self._execute_parts(request)

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self.waiting >= self._settings.queue:
            raise Busy(f"{self.waiting} executions are waiting already")
        self.waiting += 1
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            await asyncio.wait_for(self._turn.acquire(), self._settings.queue_s)
        except TimeoutError:
            raise Busy(f"no turn within {self._settings.queue_s:g} s") from None
        finally:
            self.waiting -= 1
        self._metrics.waited(clock() - began)
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self._turn.release()

    async def _execute_parts(self, request: Request) -> dict[str, Any]:
        parts = request.parts()
        clock = asyncio.get_running_loop().time
        answers: list[dict[str, Any]] = []
        cell = await self._pool.take()
        end = clock() + min(self._settings.timeout_s, request.timeout_s or self._settings.timeout_s)
        for part in parts:
            run = await self._run(cell, part, end - clock())
            answers.append(outcome.answer(run, part, self._settings.mode.isolation))
            if part is parts[-1] or end - clock() < _SHORTEST_S:
                break
            self._pool.refill()
            cell = await self._pool.take()
        if len(parts) == 1 and not request.isolate:
            return answers[0]
        return outcome.merge(answers, request.items - len(answers)) if request.items else answers[0]

    async def _run(self, cell: Cell, part: Request, seconds: float) -> Run:
        watch = asyncio.create_task(self._watch(cell))
        try:
            return await cell.run(part.payload(), seconds)
        finally:
            watch.cancel()

    async def _watch(self, cell: Cell) -> None:
        """Stop a cell that makes gVisor's kernel grow, which no resource limit sees."""
        if not sentry.inside_gvisor():
            return
        allowed = sentry.read_memory().used + self._settings.watchdog_mib * MIB
        while True:
            await asyncio.sleep(_WATCH_S)
            if sentry.read_memory().used > allowed:
                cell.stop("memory_limit")
                return

    def _look_at_size(self) -> None:
        footprint = sentry.read_memory().footprint
        if footprint > self._settings.recycle_mib * MIB and not self.recycling:
            log.warning("recycling this instance: it holds %d MiB", sentry.mebibytes(footprint))
            self.recycling = True
        if self.recycling and not self.running and not self.waiting:
            self._on_fat()


def require_isolation(settings: Settings) -> None:
    """Refuse to go on where the chosen isolation is not to be had."""
    if settings.mode == "gvisor" and not sentry.inside_gvisor():
        raise Unavailable(
            "gVisor is not there: start the runner with gvisor/serve.py, in a pod of RuntimeClass gvisor, "
            "or set LEARNFLOW_SANDBOX=unsafe-process to run programs without isolation"
        )
