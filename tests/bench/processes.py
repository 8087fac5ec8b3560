"""What every process of a system spends: memory and processor."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from types import TracebackType
from typing import Self

import psutil

from infra.local import runfile
from tests.support.system import LocalSystem

LOOK_S = 5.0
PARTS_SHOWN = 6


class Watch:
    """Looks at all processes of a system for the length of a block."""

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        self._pids = {process.name: process.pid for process in runfile.read(system.home).processes}
        self._memory: dict[str, float] = {}
        self._before: dict[str, float] = {}
        self._after: dict[str, float] = {}
        self._seconds = 0.0

    async def __aenter__(self) -> Self:
        self._before = {name: cpu_s(pid) for name, pid in self._pids.items()}
        self._begun = asyncio.get_running_loop().time()
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seconds = asyncio.get_running_loop().time() - self._begun
        self._looking.cancel()
        with suppress(asyncio.CancelledError):
            await self._looking
        self._after = {name: cpu_s(pid) for name, pid in self._pids.items()}

    async def _look(self) -> None:
        while True:
            for name, pid in self._pids.items():
                memory = await asyncio.to_thread(runfile.megabytes, pid)
                self._memory[name] = max(self._memory.get(name, 0.0), memory)
            await asyncio.sleep(LOOK_S)

    def restarted(self) -> list[str]:
        """Name the processes that did not stay the same: what they spent is not known."""
        now = {process.name: process.pid for process in runfile.read(self._system.home).processes}
        return [name for name, pid in self._pids.items() if now.get(name) != pid]

    def spent(self) -> list[tuple[str, float, float]]:
        """Give memory at most in MB and the share of a core in per cent, by process; the sum comes last."""
        rows = [
            (
                name,
                self._memory.get(name, 0.0),
                max(0.0, self._after[name] - self._before[name]) / self._seconds * 100,
            )
            for name in self._pids
        ]
        return [*rows, ("in all", sum(row[1] for row in rows), sum(row[2] for row in rows))]

    def core_s(self) -> dict[str, float]:
        """Give the processor time of each process, in seconds."""
        return {name: self._after[name] - self._before[name] for name in self._pids}

    def floor(self, idle: Watch, count: int) -> str:
        """Say what each of so many acts took of the processor beyond idling, and how many fit into it."""
        rest, longer = idle.core_s(), self._seconds / idle._seconds
        spent = {name: (took - rest[name] * longer) * 1000 / count for name, took in self.core_s().items()}
        in_all, cores = sum(spent.values()), os.cpu_count() or 1
        most = cores * 1000 / max(in_all, 0.001)
        parts = sorted(spent.items(), key=lambda part: -part[1])[:PARTS_SHOWN]
        where = ", ".join(f"{name} {took:.1f}" for name, took in parts if took >= 0.05)
        return f"{in_all:.1f} ms of a core ({where}): {cores} cores do at most {most:.0f} a second"


async def idling(system: LocalSystem) -> Watch:
    """Look at a system that nobody uses."""
    async with Watch(system) as watch:
        await asyncio.sleep(LOOK_S)
    return watch


def cpu_s(pid: int) -> float:
    """Processor seconds of a process and of all it started, those that ended among them."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total
