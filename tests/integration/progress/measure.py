"""Measure reading and adding at full size.

python -m tests.integration.progress.measure DATABASE_URL [STUDENTS]
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from functions.alerts import reading as alert_reading
from functions.gateway import class_table
from functions.progress import reading, store
from functions.progress.reading import Period
from functions.progress.rebuild import Rebuild
from functions.progress.rules import MasteryRules
from functions.runtime import migrate
from tests.integration.progress.seeding import CLASS_SIZE, seed, teacher
from tests.support.learners import NOW, learner, student

RULES = MasteryRules()
EACH = 100
ROUNDS = 1000


async def main(url: str, students: int) -> None:
    """Seed an empty database, then ask each question a thousand times, at random."""
    db = await asyncpg.connect(url)
    await migrate.migrate(db, migrate.read())
    if not await db.fetchval("SELECT count(*) FROM users"):
        start = time.perf_counter()
        await seed(db, students, EACH)
        print(f"seeded {students * EACH} activities in {time.perf_counter() - start:.0f} s")
    chance = random.Random(1)

    async def add(number: int) -> None:
        [activity] = learner(number, 1, seed=chance.getrandbits(60))
        async with db.transaction():
            await store.record(db, activity, RULES)

    async def statements(number: int) -> None:
        members = await db.fetch(class_table.OF_CLASS, teacher(number // CLASS_SIZE))
        ids = [row["student_id"] for row in members]
        for statement in (reading.TOPICS, reading.STUDENT, class_table.ALERTS):
            await db.fetch(statement, ids)

    await timed("progress of a student", students, lambda n: reading.progress_of(db, student(n), NOW, RULES))
    await timed(
        "class of 40", students, lambda n: class_table.of_class(db, teacher(n // CLASS_SIZE), NOW, RULES)
    )
    await timed("class of 40, in the database alone", students, statements)
    days = Period()
    await timed(
        "30 days of a student", students, lambda n: reading.history_of(db, student(n), days, NOW, RULES)
    )
    await timed(
        "open alerts of a teacher",
        students,
        lambda n: alert_reading.of_teacher(db, teacher(n // CLASS_SIZE), statuses=["open"]),
    )
    await timed("one activity added", students, add)
    await rebuild(db)
    await db.close()


async def timed(name: str, students: int, ask: Callable[[int], Awaitable[Any]]) -> None:
    """Print how long a question takes."""
    chance, taken = random.Random(2), []
    for _ in range(ROUNDS):
        number = chance.randrange(students)
        start = time.perf_counter()
        await ask(number)
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    print(f"{name}: p50 {taken[ROUNDS // 2]:.2f} ms, p99 {taken[ROUNDS * 99 // 100]:.2f} ms")


async def rebuild(db: Any) -> None:
    """Build 100,000 activities of other students again, beside the live ones, and give up the result."""
    events = [activity for number in range(1000) for activity in learner(number, EACH)]
    start = time.perf_counter()
    building = await Rebuild.begin(db, RULES)
    for first in range(0, len(events), 1000):
        await building.take(events[first : first + 1000])
    await building.derive()
    rate = len(events) / (time.perf_counter() - start)
    print(f"rebuild: {rate:.0f} events/s")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000))
