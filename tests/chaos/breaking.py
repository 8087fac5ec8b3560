"""Making things go wrong, one fault at a time, and whole again after it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import ClassVar

import asyncpg
import psutil

from infra.local.errors import NotRunning
from tests.chaos.model import Model
from tests.chaos.proxy import Wire
from tests.chaos.schedule import SKEWS_S, Fault
from tests.chaos.stage import ChaosSystem, Scratch
from tests.support.crowd import connect

DOWN_LIMIT_S = 30.0
# At a SIGTERM PostgreSQL waits until all clients are gone; SIGINT is how it is stopped, here and in a pod.
ASKS = {"postgres": signal.SIGINT}
LOCKS = "LOCK TABLE messages, submissions, exercises, quizzes, stream_events IN ACCESS EXCLUSIVE MODE"
HINDRANCES = {"refuse": "refuse", "slow": "delay 0.05", "hold": "hold"}


class Breaker:
    """Does to a system what a fault says."""

    def __init__(self, system: ChaosSystem, wire: Wire, model: Model, scratch: Scratch | None) -> None:
        self._system = system
        self._wire = wire
        self._model = model
        self._scratch = scratch

    async def commit(self, fault: Fault) -> None:
        """Let it happen, for as long as it lasts."""
        await self.WAYS[fault.kind](self, fault)

    async def _pid(self, name: str) -> int:
        """Find a process; one that is down from an earlier fault is waited for."""
        end = time.monotonic() + DOWN_LIMIT_S
        while True:
            try:
                return self._model.pid if name == "model" else self._system.pid(name)
            except NotRunning:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.2)

    async def _signal(self, name: str, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if name == "model":
                os.kill(await self._pid(name), number)
            else:
                os.killpg(await self._pid(name), number)

    async def _kill(self, fault: Fault) -> None:
        await self._signal(fault.target, signal.SIGKILL)
        await self._revive(fault)

    async def _ask_to_end(self, fault: Fault) -> None:
        with suppress(ProcessLookupError):
            os.kill(await self._pid(fault.target), ASKS.get(fault.target, signal.SIGTERM))
        await self._revive(fault)

    async def _revive(self, fault: Fault) -> None:
        """Start the model again, which no supervisor looks after."""
        if fault.target == "model":
            await asyncio.sleep(fault.lasts_s)
            await asyncio.to_thread(self._model.restart)

    async def _freeze(self, fault: Fault) -> None:
        top = psutil.Process(await self._pid(fault.target))
        frozen = []
        with suppress(psutil.NoSuchProcess):
            frozen = [top, *top.children(recursive=True)]
        await self._each(frozen, signal.SIGSTOP)
        try:
            await asyncio.sleep(fault.lasts_s)
        finally:
            await self._each(frozen, signal.SIGCONT)

    async def _each(self, processes: list[psutil.Process], number: signal.Signals) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    async def _cut(self, _: Fault) -> None:
        self._wire.order("cut")

    async def _hinder(self, fault: Fault) -> None:
        self._wire.order(HINDRANCES[fault.kind])
        try:
            await asyncio.sleep(fault.lasts_s)
        finally:
            self._wire.order("pass")

    async def _take_connections(self, fault: Fault) -> None:
        """Cut what is open and take its place, until PostgreSQL has no connection left to give."""
        taken: list[asyncpg.Connection[asyncpg.Record]] = []
        end = time.monotonic() + fault.lasts_s
        self._wire.order("cut")
        try:
            while time.monotonic() < end:
                try:
                    taken.append(await asyncpg.connect(self._system.database_url, timeout=2))
                except (OSError, TimeoutError, asyncpg.PostgresError):
                    await asyncio.sleep(0.2)
        finally:
            for one in taken:
                one.terminate()

    async def _lock_tables(self, fault: Fault) -> None:
        """Let every connection of every pool wait for a lock."""
        db = await connect(self._system.database_url)
        try:
            async with db.transaction():
                await db.execute(LOCKS, timeout=10)
                await asyncio.sleep(fault.lasts_s)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return  # PostgreSQL went down meanwhile, by another fault
        finally:
            db.terminate()

    async def _restart_gateways(self, fault: Fault) -> None:
        for name in ("gateway-1", "gateway-2"):
            await self._ask_to_end(Fault(fault.number, fault.kind, name, 0, 0))
            await asyncio.sleep(fault.lasts_s)

    async def _fill_disk(self, fault: Fault) -> None:
        assert self._scratch is not None, "the schedule fills no disk that is not there"
        with self._scratch.full():
            await asyncio.sleep(fault.lasts_s)

    async def _skew(self, fault: Fault) -> None:
        """Let a function's clock jump, forward or back, and jump again to the right time."""
        self._system.set_clock(fault.target, SKEWS_S[fault.number % len(SKEWS_S)])
        try:
            await asyncio.sleep(2 * fault.lasts_s)
        finally:
            self._system.set_clock(fault.target, 0)

    WAYS: ClassVar[Mapping[str, Callable[[Breaker, Fault], Awaitable[None]]]] = {
        "SIGKILL": _kill,
        "SIGTERM": _ask_to_end,
        "SIGSTOP": _freeze,
        "cut": _cut,
        "refuse": _hinder,
        "slow": _hinder,
        "hold": _hinder,
        "take every connection of": _take_connections,
        "lock the tables of": _lock_tables,
        "restart one after the other": _restart_gateways,
        "fill the disk of": _fill_disk,
        "put wrong the clock of": _skew,
    }
