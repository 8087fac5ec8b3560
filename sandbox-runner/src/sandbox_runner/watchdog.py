"""Stop the cell that makes gVisor's kernel grow, which no resource limit sees.

The memory of the kernel is told for the sandbox as a whole. A program makes it grow by system calls, so
the cell that spends most time in the kernel while the memory is over its bound is taken for the culprit: an
endless loop spends none, a sleeping one neither. It looks ten times a second while a program runs (0.1 ms a
look), at the times of the cells only above the bound. Where two programs grow it together the second one is
stopped a moment later; slow growth by many ends the instance by its size (service.py).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping

from sandbox_runner import sentry
from sandbox_runner.cells import Cell
from sandbox_runner.settings import MIB

_LOOK_S = 0.1
_COMPARE_S = 0.05
_PER_CELL = 3 * MIB  # what gVisor's kernel needs for one more process


class Watchdog:
    """Watches while anything runs."""

    def __init__(self, growth: int) -> None:
        self._growth = growth
        self._cells: set[Cell] = set()
        self._calm = 0
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def over(self, cell: Cell) -> Iterator[None]:
        """Watch a cell while it runs its program."""
        if not self._cells and sentry.inside_gvisor():
            self._calm = sentry.read_memory().kernel
            self._task = asyncio.create_task(self._watch())
        self._cells.add(cell)
        try:
            yield
        finally:
            self._cells.discard(cell)
            if not self._cells and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            while self._over():
                before = self._times()
                await asyncio.sleep(_COMPARE_S)
                culprit = greediest(before, self._times())
                if culprit is None:
                    break
                culprit.stop("memory_limit")
                self._cells.discard(culprit)

    def _over(self) -> bool:
        kernel = sentry.read_memory().kernel
        self._calm = min(self._calm, kernel)
        return kernel > self._calm + self._growth + _PER_CELL * len(self._cells)

    def _times(self) -> dict[Cell, int]:
        return {cell: sentry.kernel_time(cell.pid) for cell in self._cells}


def greediest(before: Mapping[Cell, int], after: Mapping[Cell, int]) -> Cell | None:
    """Give the cell that spent most time in the kernel between two looks; None when none spent any."""
    spent = {cell: time - before[cell] for cell, time in after.items() if cell in before}
    cell = max(spent, key=lambda one: spent[one], default=None)
    return cell if cell is not None and spent[cell] > 0 else None
