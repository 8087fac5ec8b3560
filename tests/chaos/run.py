"""One run: traffic and faults side by side, then rest, then the verdict."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaProducer

from infra.local.ports import free_ports
from tests.chaos import leaks, model, verdict
from tests.chaos.breaking import Breaker
from tests.chaos.caller import Caller
from tests.chaos.journal import Journal
from tests.chaos.ledger import Ledger
from tests.chaos.model import Model
from tests.chaos.proxy import Wire, wired
from tests.chaos.report import Report
from tests.chaos.schedule import deck, schedule
from tests.chaos.stage import ChaosSystem, Scratch, faketime, scratch
from tests.chaos.traffic import Traffic
from tests.support.crowd import connect

COUNT = "SELECT count(*) FROM outbox"
PAUSE_S = (2.0, 5.0)
READY_S = 600.0
WAVE, FREEZE_SEEN_S = 3, 2.0
POISON = [(f"ce_{name}", value) for name, value in (("specversion", b"1.0"), ("source", b"/chaos"))]
POISONED = {"learning.requests": "learnflow.query.submitted.v1", "progress.events": "learnflow.nonsense.v7"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything; `kinds` are faults that happen once each, in place of the deck again and again.

    `limit_s` ends a run that does not get to so many events, `rest_s` one that does not come to rest.
    """

    seed: int
    events: int = 10_000
    students: int = 30
    thinks_s: float = 2.0
    pause_s: tuple[float, float] = PAUSE_S
    kinds: tuple[tuple[str, str], ...] | None = None
    limit_s: float = 900.0
    rest_s: float = 240.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a run needs, and that is there."""

    system: ChaosSystem
    wire: Wire
    model: Model
    scratch: Scratch | None


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Bring up a system with all that stands around it."""
    home = folder / "home"
    with (
        scratch(home / "state") as disk,
        wired(free_ports(1)[0], home) as wire,
        model.serving() as fake,
        ChaosSystem(home, wire, fake) as system,
    ):
        system.wait_ready(READY_S)
        yield Stage(system, wire, fake, disk)


@dataclass(frozen=True, slots=True)
class Played:
    """A run that is over: what was found, and what it was found from."""

    report: Report
    caller: Caller
    journal: Journal
    planted: set[str]


async def play(plan: Plan, stage: Stage) -> Played:
    """Let people use a system that breaks, and find out what became of it."""
    report, system = Report(plan.seed), stage.system
    exports = system.exports
    chance = random.Random(f"traffic {plan.seed}")
    caller = Caller(system.url, Ledger(), chance)
    traffic = Traffic(caller, system.database_url, chance, plan.thinks_s)
    await traffic.begin(plan.students, exports["LEARNFLOW_TEACHER_INVITE"])
    planted = await poison(exports["KAFKA_BOOTSTRAP_SERVERS"], plan.seed)
    files, processes = leaks.files(system), await leaks.tree(system)
    report.note(f"{plan.students} students begin")
    over = asyncio.Event()
    breaking = asyncio.create_task(break_things(plan, stage, report, over))
    reached = await until_events(system.database_url, plan)
    if plan.kinds:  # a plan with faults of its own has each of them once
        await breaking
    over.set()
    await breaking
    await traffic.end()
    report.note("the people have finished")
    if not reached:
        report.broken.append(f"{plan.events} events were not reached in {plan.limit_s:.0f} s")
    await asyncio.to_thread(system.wait_ready, READY_S)
    report.note("every process is ready again")
    told = await judge(plan, stage, caller, planted, report)
    report.broken += await leaks.kept_files(files, system)
    report.broken += leaks.more_processes(processes, await leaks.tree(system))
    await traffic.hang_up()
    return Played(report, caller, told, planted)


async def break_things(plan: Plan, stage: Stage, report: Report, over: asyncio.Event) -> None:
    """Go through the schedule, in waves: faults of one meet, and after it the system may become whole."""
    kinds = plan.kinds or tuple(deck(disk=stage.scratch is not None, clocks=faketime() is not None))
    breaker = Breaker(stage.system, stage.wire, stage.model, stage.scratch)
    async with asyncio.TaskGroup() as under_way:
        for fault in schedule(plan.seed, kinds, plan.pause_s):
            with suppress(TimeoutError):
                async with asyncio.timeout(fault.pause_s):
                    await over.wait()
            if over.is_set() or (plan.kinds and fault.number > len(plan.kinds)):
                return
            report.note(f"{fault.name} ({fault.lasts_s:.1f} s)")
            task = under_way.create_task(breaker.commit(fault))
            task.add_done_callback(lambda done, fault=fault: report.happened(fault))
            if fault.number % WAVE == 0:
                await whole(stage.system, over, report)


async def whole(system: ChaosSystem, over: asyncio.Event, report: Report) -> None:
    """Wait until every process is ready: on a busy machine faults would else come faster than recovery."""
    await asyncio.sleep(FREEZE_SEEN_S)
    end = time.monotonic() + READY_S
    while not (system.ready() or over.is_set() or time.monotonic() > end):
        await asyncio.sleep(0.5)
    report.note("whole again" if system.ready() else "not whole")


async def until_events(database_url: str, plan: Plan) -> bool:
    """Wait until so many events were written; False when that takes too long."""
    end = time.monotonic() + plan.limit_s
    while time.monotonic() < end:
        with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            db = await asyncpg.connect(database_url, timeout=3)
            try:
                if await db.fetchval(COUNT, timeout=5) >= plan.events:
                    return True
            finally:
                db.terminate()
        await asyncio.sleep(1)
    return False


async def poison(servers: str, seed: int) -> set[str]:
    """Write records to topics that can only become dead letters."""
    planted = set()
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        for topic, kind in POISONED.items():
            event_id = f"poison-{seed}-{topic}"
            headers = [*POISON, ("ce_id", event_id.encode()), ("ce_type", kind.encode())]
            await producer.send_and_wait(topic, b"{never closed", headers=headers)
            planted.add(event_id)
    return planted


async def judge(plan: Plan, stage: Stage, caller: Caller, planted: set[str], report: Report) -> Journal:
    """Wait for rest, look at everything, and count it."""
    system, ledger = stage.system, caller.ledger
    db = await connect(system.database_url)
    try:
        if not await verdict.rest(db, plan.rest_s):
            report.broken.append(f"it did not come to rest in {plan.rest_s:.0f} s")
        await verdict.heard(db, ledger, 60)
        report.note("nothing is left to do")
        events = await db.fetchval(COUNT)
        report.broken += await leaks.connections(db)
    finally:
        await db.close()
    report.broken += leaks.half_closed(system)
    found, told = await verdict.look(
        system.database_url, system.exports["KAFKA_BOOTSTRAP_SERVERS"], caller, planted
    )
    report.broken += found
    topics = dict(sorted(Counter(event.topic for event in told.events).items()))
    report.counts = {
        "events": events,
        "on topics": topics,
        "of them repeats, each counted once": told.repeated,
        "dead letters, all meant": len({letter.id for letter in told.letters}),
        "accepted": ledger.counts(),
        "nobody knows": {kind: len(keys) for kind, keys in ledger.given_up.items()} or "nothing",
        "answers to clients": dict(sorted(ledger.answers.items())),
        "heard on streams": sum(len(person.heard) for person in ledger.people),
        "streams opened": sum(person.streams for person in ledger.people),
        "connections cut": stage.wire.cuts,
        "seconds": round(time.monotonic() - report.begun),
    }
    return told
