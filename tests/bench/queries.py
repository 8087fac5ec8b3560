"""SC-005: every query of the hot paths at a million activities, in quiet and beside other load."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg

from functions.alerts import reading as alert_reading
from functions.gateway import class_table
from functions.gateway.models.work import Wanted
from functions.gateway.queries import chat, classes, exercises, stream, submissions, users
from functions.gateway.settings import Rate
from functions.progress import levels, reading, store
from functions.progress.rules import MasteryRules
from functions.runtime import inbox, outbox
from functions.runtime.envelope import Envelope
from functions.runtime.stream import push
from tests.bench.clocked import Clocked
from tests.bench.figures import Figure, Goal, Report, Table, percentile
from tests.bench.million import EACH, STUDENTS, derived, ready
from tests.bench.openloop import drive
from tests.bench.students import classroom
from tests.integration.progress.seeding import CLASS_SIZE, teacher
from tests.support.learners import NOW, learner, student
from tests.support.system import LocalSystem

ROUNDS, BESIDE_ROUNDS, LOAD_PER_S = 300, 100, 10
GOAL = Goal(p99=5)
RULES = MasteryRules()
RATE = Rate(240, 60)
WANTED = Wanted()
PERIOD = reading.Period(NOW.date() - timedelta(days=30), NOW.date())
Db: TypeAlias = "asyncpg.Connection[Any]"
Ask = Callable[[Db, int], Awaitable[object]]


async def add(db: Db, number: int) -> None:
    """Add an activity, as the progress agent does."""
    [activity] = learner(number, 1, seed=random.getrandbits(60))
    async with db.transaction():
        await store.record(db, activity, RULES)


async def take(db: Db, number: int) -> None:
    """Claim an event and finish it."""
    event_id = str(uuid4())
    event = Envelope(event_id, "/bench", "bench", None, datetime.now(UTC), event_id, None, None)
    held = await inbox.claim(db, "bench", event, None, 10)
    assert held is not None
    await inbox.finish(db, held, [])


async def tell(db: Db, number: int) -> None:
    """Put something on a student's stream."""
    async with db.transaction():
        await push(db, student(number), "answer", {"message_id": str(uuid4())})


async def write(db: Db, number: int) -> None:
    """Write a question in a new conversation."""
    now, conversation = datetime.now(UTC), uuid4()
    async with db.transaction():
        await chat.begin(db, conversation, student(number), "What is a loop?", now)
        await chat.write(db, uuid4(), conversation, student(number), "What?", None, None, None, now)


def conversation(number: int) -> UUID:
    """Name a conversation of a student."""
    return UUID(derived(student(number), "/", 1))


HOT: Mapping[str, Ask] = {
    "admit a request (session, allowance)": lambda db, n: users.admit(
        db, student(n), student(n), [users.Take("general", RATE)], datetime.now(UTC)
    ),
    "write a question": write,
    "level of a student": lambda db, n: levels.level_of(db, student(n), "oop", NOW, RULES),
    "conversations": lambda db, n: chat.conversations(db, student(n), None, 20),
    "messages of a conversation": lambda db, n: chat.messages(db, conversation(n), student(n), None, 20),
    "what is new on a stream": lambda db, n: stream.next_events(db, student(n), 15, student(n)),
    "put an answer on a stream": tell,
    "submissions of a student": lambda db, n: submissions.newest(db, student(n), None, None, 20),
    "one submission": lambda db, n: submissions.one(
        db, UUID(derived(student(n), "/s", 1)), student(n), RULES
    ),
    "exercises of a student": lambda db, n: exercises.newest(db, student(n), None, WANTED, 20),
    "progress of a student": lambda db, n: reading.progress_of(db, student(n), NOW, RULES),
    "thirty days of a student": lambda db, n: reading.history_of(db, student(n), PERIOD, NOW, RULES),
    "table of a class of forty": lambda db, n: class_table.of_class(db, teacher(n // CLASS_SIZE), NOW, RULES),
    "classes of a teacher": lambda db, n: classes.taught(db, teacher(n // CLASS_SIZE), None, 20),
    "open alerts of a teacher": lambda db, n: alert_reading.of_teacher(
        db, teacher(n // CLASS_SIZE), statuses=["open"]
    ),
    "record an activity": add,
    "claim and finish an event": take,
    "look for events left behind": lambda db, _: outbox.left_behind(db, 100, 30),
}


@dataclass(slots=True)
class Asked:
    """The milliseconds of a reading: all of it, and those in which PostgreSQL was waited for."""

    taken: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)


def measure(system: LocalSystem, _: Path) -> Report:
    """Ask everything in quiet, then beside questions of other students on the same server."""
    return asyncio.run(all_of(system))


async def all_of(system: LocalSystem) -> Report:
    """Make the database and measure."""
    began = time.monotonic()
    db = await ready(system.exports["DATABASE_URL"])
    made = time.monotonic() - began
    try:
        floor = await timed(db, one, ROUNDS)
        quiet = {name: await timed(db, ask, ROUNDS) for name, ask in HOT.items()}
        beside = await beside_load(system, db)
    finally:
        await db.close()
    base = Figure.of("SELECT 1", floor.waited)
    figures = [base, *(Figure.of(name, found.waited, GOAL, base) for name, found in quiet.items())]
    head = ("with what Python makes of it", "p50 ms", "p99 ms", "beside the load: p50 ms", "p99 ms")
    whole = [(name, *ends(quiet[name].taken), *ends(beside[name].taken)) for name in HOT]
    notes = [
        f"{STUDENTS:,} students with {EACH} activities each, made in {made:.0f} s; each asks of one. "
        "The first table is the time until PostgreSQL has answered, all statements of a reading together. "
        f"The load: {LOAD_PER_S} questions a second through the whole system, on the same server."
    ]
    title = "SC-005: hot queries at a million activities"
    return Report(title, [Table.of(figures), Table(head, whole)], notes, figures)


def ends(samples: list[float]) -> tuple[float, float]:
    """Give the median and the 99th percentile."""
    return percentile(samples, 50), percentile(samples, 99)


async def one(db: Db, _: int) -> object:
    """Ask for next to nothing."""
    return await db.fetchval("SELECT 1")


async def beside_load(system: LocalSystem, db: Db) -> dict[str, Asked]:
    """Ask everything while students ask questions."""
    async with classroom(system.url, 20) as students:

        async def question(number: int, due: float) -> float:
            return (await students[number % 20].ask("What is a for loop?", due))[0]

        load = asyncio.create_task(drive(LOAD_PER_S, 60, question))
        await asyncio.sleep(1)
        found = {name: await timed(db, ask, BESIDE_ROUNDS) for name, ask in HOT.items()}
        load.cancel()
        await asyncio.gather(load, return_exceptions=True)
        return found


async def timed(db: Db, ask: Ask, rounds: int) -> Asked:
    """Ask about random students; gives the milliseconds of each."""
    chance, asked = random.Random(2), Asked()
    for turn in range(rounds + 5):
        number, clocked = chance.randrange(STUDENTS), Clocked(db)
        before = time.perf_counter()
        await ask(clocked, number)  # type: ignore[arg-type]  # it passes everything on to a connection
        if turn >= 5:
            asked.taken.append((time.perf_counter() - before) * 1000)
            asked.waited.append(clocked.waited_ms)
    return asked
