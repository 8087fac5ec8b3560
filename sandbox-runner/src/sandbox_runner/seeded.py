"""Cells whose interpreter has a fixed hash seed, for runs that can be repeated.

An interpreter takes its hash seed when it starts, so each one needs a zygote. There are four, started when
first asked for (0.3 s): enough to tell whether a result depends on the order of a set, few enough to keep.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox_runner.pool import Pool, Zygotes
from sandbox_runner.settings import Settings

HASH_SEEDS = 4


class Pools:
    """The pool of all programs, and one for each hash seed."""

    def __init__(
        self, settings: Settings, zygotes: Zygotes | None, common: Pool, on_death: Callable[[], None]
    ) -> None:
        self._settings, self._zygotes, self._on_death = settings, zygotes, on_death
        self._common = common
        self._seeded: dict[int, Pool] = {}

    async def of(self, seed: int | None) -> Pool:
        """Give the pool for a seed, None for any; starts it when it is the first time."""
        if seed is None:
            return self._common
        number = seed % HASH_SEEDS
        if number not in self._seeded:
            zygotes = self._zygotes and self._zygotes.with_hash_seed(number)
            self._seeded[number] = Pool(self._settings, zygotes, self._on_death, hash_seed=number)
        await self._seeded[number].start()
        return self._seeded[number]

    def awaited(self) -> bool:
        """Tell whether somebody waits for a cell."""
        return any(pool.awaited for pool in (self._common, *self._seeded.values()))

    async def close(self) -> None:
        """End all cells."""
        for pool in self._seeded.values():
            await pool.close()
