"""A few cells that are ready before anyone asks."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from sandbox_runner.cells import Cell
from sandbox_runner.errors import Unavailable
from sandbox_runner.settings import Settings
from sandbox_runner.spawners import ProcessSpawner, Spawner, ZygoteProcess, ZygoteSpawner

_TAKE_S = 8.0
_READY_S = 10.0
_RETRY_S = 0.5
_QUIET_S = 0.03
_AT_ONCE = 4  # cells in the making: more would only be ready later
log = logging.getLogger(__name__)


class Zygotes:
    """Makes zygotes; the first one starts at once, while the HTTP server is still being imported."""

    def __init__(self, settings: Settings, filter_program: bytes, hash_seed: int | None = None) -> None:
        self._settings, self._filter, self._hash_seed = settings, filter_program, hash_seed
        self._first: ZygoteProcess | None = self._make()

    def _make(self) -> ZygoteProcess:
        return ZygoteProcess(self._settings, self._filter, self._hash_seed)

    def take(self) -> ZygoteProcess:
        """Give the first zygote, later a new one each time."""
        zygote, self._first = self._first, None
        return zygote or self._make()

    def with_hash_seed(self, hash_seed: int) -> Zygotes:
        """Make zygotes whose interpreter has this hash seed."""
        return Zygotes(self._settings, self._filter, hash_seed)


class Pool:
    """Keeps `size` cells ready and renews the zygote now and then."""

    def __init__(
        self,
        settings: Settings,
        zygotes: Zygotes | None,
        on_death: Callable[[], None],
        hash_seed: int | None = None,
    ) -> None:
        self._settings, self._zygotes, self._on_death = settings, zygotes, on_death
        self._hash_seed = hash_seed
        self._size = settings.pool if hash_seed is None else 1
        self._begin: asyncio.Task[Spawner] | None = None
        self._spawner: Spawner | None = None
        self._idle: deque[Cell] = deque()
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = 0
        self._takers = 0
        self._made = 0
        self._renewal: asyncio.Task[None] | None = None
        self._closed = False
        self.failure = ""

    async def start(self) -> None:
        """Start the zygote and the first cells, once; raises TimeoutError or OSError when that fails."""
        if self._spawner is not None:
            return
        if self._begin is None or self._begin.done():
            self._begin = asyncio.create_task(self._new_spawner())
        spawner = await asyncio.shield(self._begin)
        self._spawner = self._spawner or spawner
        self.refill()

    async def _new_spawner(self) -> Spawner:
        if self._zygotes is None:
            return ProcessSpawner(self._settings, self._hash_seed)
        zygote = ZygoteSpawner(self._zygotes.take(), self._on_death)
        await asyncio.wait_for(zygote.up, _READY_S)
        return zygote

    @property
    def idle(self) -> int:
        """Count the cells that wait."""
        return len(self._idle)

    @property
    def awaited(self) -> bool:
        """Tell whether somebody waits for a cell."""
        return self._takers > len(self._idle)

    async def take(self) -> Cell:
        """Give a ready cell, waiting a moment if there is none."""
        self._takers += 1
        try:
            async with asyncio.timeout(_TAKE_S):
                while True:
                    while self._idle:
                        cell = self._idle.popleft()
                        if cell.alive:
                            return cell
                        cell.close()
                    self.refill()
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise Unavailable(self.failure or "no cell became ready in time") from None
        finally:
            self._takers -= 1

    def refill_soon(self) -> None:
        """Refill a little later, so that a new cell does not compete with a request that follows at once."""
        asyncio.get_running_loop().call_later(_QUIET_S, self.refill)

    def refill(self) -> None:
        """Start the cells that are missing for those who wait and for the pool, a few at a time."""
        if self._closed or self._spawner is None:
            return
        missing = self._size + self._takers - len(self._idle) - self._starting
        for _ in range(min(missing, _AT_ONCE - self._starting)):
            self._starting += 1
            task = asyncio.create_task(self._make(self._spawner))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._made >= self._settings.zygote_cells and self._renewal is None:
            self._renewal = asyncio.create_task(self._renew())

    async def _make(self, spawner: Spawner) -> None:
        try:
            await self._make_one(spawner)
        finally:
            # Before anyone is woken: who finds no cell looks at this count.
            self._starting -= 1
            self._changed.set()
            if self._takers:
                self.refill()

    async def _make_one(self, spawner: Spawner) -> None:
        self._made += 1
        cell = Cell(spawner, self._settings.cpu_s)
        try:
            await asyncio.wait_for(asyncio.shield(cell.ready), _READY_S)
        except (Unavailable, TimeoutError) as error:
            cell.close()
            self.failure = str(error) or "a cell was not ready in time"
            log.error("%s", self.failure)
            await asyncio.sleep(_RETRY_S)
            return
        except asyncio.CancelledError:
            cell.close()
            raise
        self.failure = ""
        self._idle.append(cell)

    async def _renew(self) -> None:
        """Replace the zygote, which renews the address layout and the hash seed of later cells."""
        former = self._spawner
        try:
            self._spawner = await self._new_spawner()
        except TimeoutError:
            log.error("a new zygote did not come up in time; the former one goes on")
            former = None
        self._made, self._renewal = 0, None
        if former is not None:
            former.retire()

    async def close(self) -> None:
        """End all cells and the zygote."""
        self._closed = True
        tasks = [*self._tasks, *([self._renewal] if self._renewal else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while self._idle:
            self._idle.popleft().close()
        if self._spawner is not None:
            self._spawner.retire()
