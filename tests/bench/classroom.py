"""A class presses Run at once: at the runners, in plain interpreters, and in bubblewrap's namespaces.

Every way has as many places as the runners have together. The plain interpreter has no limit of memory and no
wall, and stands for what the machine itself needs; its loops end by the clock alone.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bench.executions import OURS, Run, spread
from tests.bench.figures import Figure, Goal, Report, Table
from tests.bench.peers import found
from tests.support.system import LocalSystem

PLACES, RATE_S, RATE_CLIENTS, REST_S = 64, 5.0, 16, 1.0
SHORT = "print('hi')"
ENDLESS = "while True:\n    pass"
WORK = "import random\nnumbers = [random.random() for _ in range(10_000)]\nprint(sum(sorted(numbers)[:10]))"


@dataclass(frozen=True, slots=True)
class Load:
    """What all press Run for at one moment, and the longest anyone may wait, in milliseconds."""

    name: str
    code: str
    students: int
    goal: Goal
    loops: int = 0


LOADS = (
    Load("24 programs beside six endless loops", WORK, 24, Goal(p99=3000), loops=6),
    Load("thirty that sleep one second", "import time\ntime.sleep(1)", 30, Goal(p99=2000)),
    Load("thirty with 40 MB", "data = bytearray(40_000_000)\nprint(len(data))", 30, Goal(p99=1500)),
    Load("a hundred short ones", SHORT, 100, Goal(p99=1200)),
)


def measure(system: LocalSystem, _: Path) -> Report:
    """Put every load on every way, one after the other."""
    return asyncio.run(all_of(system))


async def all_of(system: LocalSystem) -> Report:
    """Measure the loads, then how many short programs a second."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        ways = {OURS: spread(client, system), **found(PLACES)}
        figures: list[Figure] = []
        unserved: Counter[str] = Counter()
        for load in LOADS:
            samples = {}
            for way, run in ways.items():
                samples[way], left = await put(run, load)
                unserved.update({f"{load.name}, {way}: {status}": n for status, n in left.items()})
                await asyncio.sleep(REST_S)
            base = Figure.of("", samples["python3 -I"]) if "python3 -I" in samples else None
            for way, taken in samples.items():
                goal = load.goal if way == OURS else None
                figures.append(Figure.of(f"{load.name}: {way}", taken, goal, base))
        rates = Table(
            ("short programs a second, 16 at once", *ways),
            [("", *[await rate(run) for run in ways.values()])],
        )
    notes = ["All were served." if not unserved else f"Not served: {dict(unserved)}."]
    if len(ways) < 3:
        notes.append("bubblewrap is not installed (`apt-get install bubblewrap`): one peer is missing.")
    return Report("A class presses Run", [Table.of(figures), rates], notes, figures)


async def put(run: Run, load: Load) -> tuple[list[float], Counter[str]]:
    """Let all press Run at once; gives how long each waited, and how it ended for those who were not served.

    Raises: AssertionError when nobody was.
    """
    loops = [asyncio.create_task(run(ENDLESS)) for _ in range(load.loops)]
    answers = await asyncio.gather(*(timed(run, load.code) for _ in range(load.students)))
    await asyncio.gather(*loops)
    ended = Counter(status for _, status in answers)
    if not ended.pop("ok", 0):
        raise AssertionError(f"{load.name}: ended with {dict(ended)}")
    # Who was not served waited as well: their time counts.
    return [taken for taken, _ in answers], ended


async def timed(run: Run, code: str) -> tuple[float, str]:
    """Run a program; gives milliseconds and how it ended."""
    before = time.perf_counter()
    status = await run(code)
    return (time.perf_counter() - before) * 1000, status


async def rate(run: Run) -> float:
    """Run short programs one after the other, 16 at a time; gives how many a second."""
    began = time.perf_counter()
    count = 0

    async def go() -> None:
        nonlocal count
        while time.perf_counter() - began < RATE_S:
            if await run(SHORT) != "ok":
                raise AssertionError("a short program did not end well")
            count += 1

    await asyncio.gather(*(go() for _ in range(RATE_CLIENTS)))
    return count / (time.perf_counter() - began)
