"""Progress can be built again from the events while it answers."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from events.models import ActivityRecorded
from functions.progress import reading, store
from functions.progress.rebuild import Rebuild
from functions.progress.rules import MasteryRules
from functions.runtime.errors import NotBuilding
from functions.runtime.rebuild import portions
from tests.support.learners import NOW, learner, student

RULES = MasteryRules()
STUDENTS, EACH = 200, 100


async def put(db: Any, activity: ActivityRecorded) -> None:
    async with db.transaction():
        await store.record(db, activity, RULES)


async def shown(db: Any, number: int) -> str:
    return repr(await reading.progress_of(db, student(number), NOW, RULES))


async def rebuilt(db: Any, events: list[ActivityRecorded]) -> Rebuild:
    rebuild = await Rebuild.begin(db, RULES)
    for start in range(0, len(events), 1000):
        await rebuild.take(events[start : start + 1000])
    return rebuild


async def test_a_rebuild_ends_with_the_same_numbers_while_reads_and_events_go_on(pool: Any) -> None:
    """20,000 activities; what arrives during the rebuild is in it, and no read ever finds less."""
    known = [activity for number in range(STUDENTS) for activity in learner(number, EACH)]
    late = list(learner(0, 40, seed=2))
    async with pool.acquire() as db, pool.acquire() as reader:
        await (await rebuilt(db, known)).finish()
        before = await shown(reader, 1)
        started, reads = time.perf_counter(), 0
        rebuild = await rebuilt(db, known[::-1])
        for activity in late:
            await put(reader, activity)
        finishing = asyncio.create_task(rebuild.finish())
        while not finishing.done():
            assert await shown(reader, 1) == before
            reads += 1
        await finishing
        rate = len(known) / (time.perf_counter() - started)
        print(f"rebuilt {len(known)} activities, {rate:.0f} events/s, {reads} reads meanwhile")
        assert rate > 1000
        assert reads > 3
        assert await shown(reader, 1) == before
        total = await reader.fetchval(
            "SELECT activities FROM student_progress WHERE student_id = $1", student(0)
        )
        assert total == EACH + len(late)
        assert await reader.fetchval("SELECT count(*) FROM activities") == len(known) + len(late)


async def test_a_rebuild_equals_folding_one_by_one(db: Any) -> None:
    facts = list(learner(3, 120))
    for activity in facts:
        await put(db, activity)
    before = await shown(db, 3)
    await (await rebuilt(db, facts)).finish()
    assert await shown(db, 3) == before
    more = list(learner(3, 20, seed=2))
    for activity in more:
        await put(db, activity)
    after = await shown(db, 3)
    await (await rebuilt(db, facts + more)).finish()
    assert await shown(db, 3) == after


async def test_a_rebuild_that_was_overtaken_can_not_finish(db: Any) -> None:
    first, _ = await Rebuild.begin(db, RULES), await Rebuild.begin(db, RULES)
    with pytest.raises(NotBuilding):
        await first.finish()


async def test_an_erased_student_does_not_come_back(db: Any) -> None:
    await db.execute("INSERT INTO erased_users (user_id) VALUES ($1)", student(1))
    await (await rebuilt(db, list(learner(1, 5)))).finish()
    assert await db.fetchval("SELECT count(*) FROM activities") == 0


def test_portions_leave_nobody_out() -> None:
    students = [student(number) for number in range(1201)]
    assert [one for portion in portions(students, 500) for one in portion] == students
