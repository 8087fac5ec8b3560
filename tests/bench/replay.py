"""A day of 50,000 events again: sent to a function that knows them, and built into its projection anew."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.bench.events import lags
from tests.bench.figures import Report, Table
from tests.support.history import handled, publish
from tests.support.learners import learner
from tests.support.system import LocalSystem

DAY, STUDENTS = 50_000, 500
TOPIC, FUNCTION = "progress.events", "progress"
REDELIVER = ("--redeliver", "--topic", TOPIC, "--function", FUNCTION, "--all")
REBUILD = ("--rebuild", FUNCTION)
FIRST_S = 1800.0
HEAD = ("", "events", "seconds", "events a second", "interrupted at", "changed")
PROGRESS = re.compile(rf"{FUNCTION}: ([\d,]+) of ([\d,]+) events")
AGAIN = re.compile(r"known already or of no use, ([\d,]+) handled now(.*)")
DIFFERING = re.compile(r"the results of ([\d,]+) students differ")


@dataclass(slots=True)
class Run:
    """What one command said, and how long it took."""

    code: int
    seconds: float
    lines: list[str] = field(default_factory=list)

    @property
    def done(self) -> tuple[int, int]:
        """How many events of how many were done when it last said so."""
        found = [match for line in self.lines if (match := PROGRESS.search(line))]
        return (number(found[-1][1]), number(found[-1][2])) if found else (0, 0)

    def said(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Find what it must have said."""
        match = pattern.search("\n".join(self.lines))
        assert match is not None, self.lines
        return match


def measure(system: LocalSystem, folder: Path) -> Report:
    """Have a day handled, then go through it again both ways, each interrupted once."""
    return asyncio.run(replay(system, DAY))


async def replay(system: LocalSystem, events: int) -> Report:
    """Measure with so many events; raises AssertionError when a replay changes anything."""
    rows: list[tuple[str | int | float, ...]] = [("handled for the first time", *await first(system, events))]
    stopped, resumed = await interrupted(system, *REDELIVER)
    handled_again, dead = resumed.said(AGAIN).groups()
    assert (number(handled_again), dead) == (0, ""), resumed.lines
    rows.append(row("redelivered", stopped, resumed, "0 handled again"))
    stopped, resumed = await interrupted(system, *REBUILD)
    differing = number(resumed.said(DIFFERING)[1])
    assert differing == 0, resumed.lines
    rows.append(row("rebuilt from Kafka", stopped, resumed, "0 students differ"))
    notes = [
        f"Each replay of {TOPIC} was interrupted by SIGINT and gone on with by the same command; seconds are"
        " of both together, starts included. The first time is that of the slowest of three functions."
    ]
    return Report(f"Replay of {events:,} events of {STUDENTS} students", [Table(HEAD, rows)], notes)


async def first(system: LocalSystem, events: int) -> tuple[int, float, float, str, str]:
    """Publish a day and wait until every function that reads it is done."""
    exports, before = system.exports, time.monotonic()
    history = (
        ("gateway", one) for student in range(STUDENTS) for one in learner(student, events // STUDENTS)
    )
    ids = await publish(system.home, exports["KAFKA_BOOTSTRAP_SERVERS"], history)
    async with aiohttp.ClientSession() as client, asyncio.timeout(FIRST_S):
        while any((await lags(client, exports["LEARNFLOW_CONTROL_URL"])).values()):
            await asyncio.sleep(1)
    await handled(exports["DATABASE_URL"], "progress", ids)
    took = time.monotonic() - before
    return len(ids), took, len(ids) / took, "", ""


async def interrupted(system: LocalSystem, *words: str) -> tuple[Run, Run]:
    """Stop a replay when it says that it is under way, then go on with it."""
    stopped = await command(system, *words, stop=True)
    assert stopped.code == 130, stopped.lines
    resumed = await command(system, *words)
    assert resumed.code == 0, resumed.lines
    assert any("goes on with the re" in line for line in resumed.lines), resumed.lines
    return stopped, resumed


async def command(system: LocalSystem, *words: str, stop: bool = False) -> Run:
    """Run a replay; with `stop` it is interrupted as soon as it has done some events, but not all."""
    before, lines = time.monotonic(), list[str]()
    child = await system.begin_task("infra.local.operate", "replay", *words)
    assert child.stdout is not None
    async for raw in child.stdout:
        lines.append(raw.decode().rstrip())
        done, total = Run(0, 0, lines).done
        if stop and 0 < done < total:
            child.send_signal(signal.SIGINT)
            stop = False
    return Run(await child.wait(), time.monotonic() - before, lines)


def row(name: str, stopped: Run, resumed: Run, changed: str) -> tuple[str | int | float, ...]:
    """Put both parts of a replay into one line."""
    seconds = stopped.seconds + resumed.seconds
    total = resumed.done[1]
    return name, total, seconds, total / seconds, f"{stopped.done[0]:,}", changed


def number(shown: str) -> int:
    """Read a number with commas."""
    return int(shown.replace(",", ""))
