"""SC-002: five kinds of programs, alone and a hundred at once, beside interpreters with fewer walls."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import aiohttp

from infra.local import runfile
from tests.bench.figures import Figure, Goal, Report, Table
from tests.bench.peers import Run, found
from tests.bench.students import Student, classroom
from tests.support.system import LocalSystem

WARM_UP, PAUSE_S, AT_ONCE = 3, 0.05, 100
AT_THE_RUNNER, THROUGH = Goal(15, 60), Goal(60)
OURS = "cells under gVisor"


@dataclass(frozen=True, slots=True)
class Program:
    """A program, how it ends, and how often it is run alone and at once."""

    name: str
    code: str
    status: str = "ok"
    alone: int = 20
    at_once: int = AT_ONCE


HELLO = Program("print('hi')", "print('hi')", alone=40)
ENDLESS = Program("time-out", "while True:\n    pass", "timeout", alone=1, at_once=4)
PROGRAMS = (
    HELLO,
    Program("CPU loop", "n = 0\nfor i in range(1_000_000):\n    n += i\nprint(n)", alone=10),
    Program("45 MB", "data = bytearray(30_000_000)\nprint(len(data))"),
    Program("traceback", "def f(n):\n    return 1 / n\nf(0)", "error"),
    ENDLESS,
)


def measure(system: LocalSystem, _: Path) -> Report:
    """Run everything everywhere; at the end the same through the gateway."""
    return asyncio.run(all_of(system))


async def all_of(system: LocalSystem) -> Report:
    """Measure alone, then many at once, then through the gateway and beside a busy neighbour."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        url = f"{system.exports['LEARNFLOW_FUNCTION_SANDBOX_RUNNER_URL']}/execute"
        ours = at(client, url)
        ways = {OURS: ours, **found()}
        samples = {(p.name, way): await alone(run, p) for p in PROGRAMS for way, run in ways.items()}
        figures = rows(samples, ways)
        figures += await through(system.url, client, url, samples[HELLO.name, OURS])
        crowds: list[tuple[str, ...]] = []
        for program in PROGRAMS:
            direct = ways | {OURS: spread(client, system)}
            taken = [await together(run, program) for run in direct.values()]
            crowds.append((f"{program.name}, {program.at_once} at once", *taken))
    notes = [] if len(ways) == 3 else ["bubblewrap is not installed here: one peer is missing."]
    notes.append(
        "A time-out is five seconds by the clock. How every program ended was checked. Only gVisor keeps "
        "programs from the machine's kernel; bubblewrap has namespaces, and no limit of memory."
    )
    at_once = Table(("seconds until all are answered", *ways), [*crowds])
    return Report("SC-002: executions", [Table.of(figures), at_once], notes, figures)


def rows(samples: dict[tuple[str, str], list[float]], ways: dict[str, Run]) -> list[Figure]:
    """Set every way beside the plain interpreter."""
    figures = []
    for program in PROGRAMS:
        base = Figure.of("", samples[program.name, "python3 -I"]) if "python3 -I" in ways else None
        for way in ways:
            goal = AT_THE_RUNNER if program is HELLO and way == OURS else None
            figures.append(Figure.of(f"{program.name}: {way}", samples[program.name, way], goal, base))
    return figures


async def through(url: str, client: aiohttp.ClientSession, runner: str, direct: list[float]) -> list[Figure]:
    """Run the short program through the gateway, and beside an endless one."""
    base = Figure.of("", direct)
    async with classroom(url, 1) as [student]:
        gateway = await alone(by(student), HELLO)
    async with neighbour(at(client, runner)):
        beside = await alone(at(client, runner), HELLO)
    return [
        Figure.of("print('hi'): through the gateway", gateway, THROUGH, base),
        Figure.of("print('hi'): beside an endless loop of another student", beside, None, base),
    ]


def at(client: aiohttp.ClientSession, url: str) -> Run:
    """Run programs at the sandbox."""

    async def run(code: str) -> str:
        async with client.post(url, json={"code": code}) as answer:
            return str((await answer.json())["status"]) if answer.status == 200 else str(answer.status)

    return run


def spread(client: aiohttp.ClientSession, system: LocalSystem) -> Run:
    """Run programs at all instances in turn, past the front, which would refuse so many at once."""
    ports = [one.port for one in runfile.read(system.home).processes if one.name.startswith("sandbox-runner")]
    instances = cycle([at(client, f"http://127.0.0.1:{port}/execute") for port in ports])

    async def run(code: str) -> str:
        return await next(instances)(code)

    return run


def by(student: Student) -> Run:
    """Run programs as a student does."""

    async def run(code: str) -> str:
        return str((await student.post("/executions", {"code": code}))["status"])

    return run


async def alone(run: Run, program: Program) -> list[float]:
    """Run a program again and again, one at a time."""
    samples = []
    warm_up = WARM_UP if program.alone > 1 else 0
    for _ in range(warm_up + program.alone):
        samples.append(await timed(run, program))
        await asyncio.sleep(PAUSE_S)
    return samples[warm_up:]


async def timed(run: Run, program: Program) -> float:
    """Run a program once; gives milliseconds, and fails when it did not end as it must."""
    before = time.perf_counter()
    status = await run(program.code)
    if status != program.status:
        raise AssertionError(f"{program.name}: ended with {status}, not {program.status}")
    return (time.perf_counter() - before) * 1000


async def together(run: Run, program: Program) -> str:
    """Run a program many times at once; gives the seconds until the last answer, and how many got a 503."""
    before = time.perf_counter()
    ended = Counter(await asyncio.gather(*(run(program.code) for _ in range(program.at_once))))
    taken = f"{time.perf_counter() - before:.1f}"
    refused = ended.pop("503", 0)
    if ended - Counter({program.status: program.at_once}):
        raise AssertionError(f"{program.name}, {program.at_once} at once: ended with {dict(ended)}")
    return f"{taken}, {refused} refused" if refused else taken


@asynccontextmanager
async def neighbour(run: Run) -> AsyncIterator[None]:
    """Keep one instance busy with endless loops."""

    async def loop() -> None:
        while True:
            await run(ENDLESS.code)

    task = asyncio.create_task(loop())
    await asyncio.sleep(0.5)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
