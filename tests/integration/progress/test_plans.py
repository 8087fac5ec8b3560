"""Every question is answered by an index, whatever the plan, and adding an activity does not grow dearer."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from functions.alerts import reading as alert_reading
from functions.alerts import store as alert_store
from functions.gateway import class_table
from functions.progress import reading, store
from functions.progress.rules import MasteryRules
from tests.integration.progress.seeding import seed, teacher
from tests.support.learners import NOW, learner, student

RULES = MasteryRules()
STUDENTS, EACH = 2000, 25
# Without rows here, and read by their keys: of an empty table PostgreSQL reads the whole.
EMPTY = {"class_teachers", "exercises"}
SMALL = {"projections", "classes", "users", "class_members", "asked", "named"} | EMPTY
ONE, CLASS = f"'{student(7)}'", "ARRAY[" + ",".join(f"'{student(n)}'" for n in range(40)) + "]::uuid[]"
NOBODY = "ARRAY[]::text[]"
TEACHER = f"'{teacher(3)}'"
QUESTIONS = {
    "students": (reading.STUDENT, [CLASS]),
    "topics": (reading.TOPICS, [CLASS]),
    "results": (reading.RESULTS, [ONE]),
    "newest": (reading.NEWEST, [ONE]),
    "graded": (reading.GRADED, [ONE]),
    "open alerts of a class": (class_table.ALERTS, [CLASS]),
    "members of a class": (class_table.OF_CLASS, [TEACHER]),
    "students of a teacher": (class_table.OF_TEACHER, [TEACHER]),
    "untried": (reading.UNTRIED, [ONE]),
    "alerts of a teacher": (
        alert_reading.OF_TEACHER,
        [TEACHER, "ARRAY['open','acknowledged']", "NULL", "NULL", "50", *["NULL"] * 5, NOBODY],
    ),
    "one alert": (alert_reading.ONE, [TEACHER, ONE, NOBODY]),
    "topic so far": (store.KNOWN_TOPIC, [ONE, "1", "'oop'"]),
    "result so far": (store.KNOWN_RESULT, [ONE, "1", "'oop'", ONE]),
    "family so far": (store.FAMILY, [ONE, "1", "'oop'", "'x'", ONE]),
    "facts": (store.FACTS, [f"ARRAY[{ONE}]::uuid[]", "1"]),
    "detections": (alert_store.DETECTIONS, [ONE, "1"]),
    "passes": (alert_store.PASSES, [ONE, "1"]),
}


@pytest.fixture
async def seeded(database_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A database with 50,000 activities."""
    connection = await asyncpg.connect(database_url)
    await seed(connection, STUDENTS, EACH)
    yield connection
    await connection.close()


def scanned(node: dict[str, Any]) -> Iterator[str]:
    """The tables that a plan reads from end to end."""
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from scanned(child)


async def test_no_large_table_is_read_from_end_to_end(seeded: Any) -> None:
    db = seeded
    for mode in ("force_custom_plan", "force_generic_plan"):
        await db.execute(f"SET plan_cache_mode = {mode}")
        for name, (statement, values) in QUESTIONS.items():
            await db.execute(f"PREPARE question AS {statement}")
            raw = await db.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE question ({', '.join(values)})")
            await db.execute("DEALLOCATE question")
            [plan] = json.loads(raw)
            assert set(scanned(plan["Plan"])) <= SMALL, (name, mode, raw)


async def test_adding_an_activity_costs_the_same_after_a_long_history(db: Any) -> None:
    """A student with 20,000 activities is not slower than one with 100; of sixty, the best tells."""
    long_ago = NOW - timedelta(days=1000)
    facts = list(learner(9000, 20_000, now=long_ago))
    columns = ["generation", *store.rows.ACTIVITY_COLUMNS.split(", ")]
    records = [(1, *store.rows.activity_values(a)) for a in facts]
    await db.copy_records_to_table("activities", records=records, columns=columns)
    await store.derive_again(db, 1, [student(9000)], RULES)

    async def cost(number: int) -> float:
        taken = []
        for activity in learner(number, 60, seed=2):
            start = time.perf_counter()
            async with db.transaction():
                await store.record(db, activity, RULES)
            taken.append(time.perf_counter() - start)
        return min(taken) * 1000

    for activity in learner(2, 100):
        async with db.transaction():
            await store.record(db, activity, RULES)
    short, long = await cost(2), await cost(9000)
    print(f"one activity, at best: {short:.2f} ms after 100, {long:.2f} ms after 20,000")
    assert long < 3 * short + 1
