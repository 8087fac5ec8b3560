"""An open loop: what is due is sent when it is due, whatever became of what was sent before."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.bench.figures import percentile

Act = Callable[[int, float], Awaitable[float]]


@dataclass(slots=True)
class Driven:
    """What became of all that was sent, and whether the sender itself kept up."""

    took_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    late_ms: list[float] = field(default_factory=list)
    own_cpu: float = 0.0

    def note(self) -> str:
        """Say how far the sender itself can be blamed."""
        late = percentile(self.late_ms, 99)
        return f"sent at most {late:.1f} ms late (p99), with {self.own_cpu * 100:.0f} % of a core"


async def drive(rate: float, seconds: float, act: Act) -> Driven:
    """Begin `rate` acts a second for so many seconds, evenly; `act` gets its number and when it was due.

    An act gives the milliseconds since it was due; what it raises is counted by its type.
    """
    driven, loop = Driven(), asyncio.get_running_loop()

    async def one(number: int, due: float) -> None:
        try:
            driven.took_ms.append(await act(number, due))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is a failure of the system measured
            driven.errors[str(error) or type(error).__name__] += 1

    tasks: list[asyncio.Task[None]] = []
    start, cpu, wall = loop.time() + 0.05, time.process_time(), time.perf_counter()
    for number in range(round(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(due - loop.time())
        driven.late_ms.append((loop.time() - due) * 1000)
        tasks.append(asyncio.create_task(one(number, due)))
    driven.own_cpu = (time.process_time() - cpu) / (time.perf_counter() - wall)
    await asyncio.gather(*tasks)
    return driven
