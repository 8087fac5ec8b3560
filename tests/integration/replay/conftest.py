"""One whole system with a history, for all tests of replays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from events.models import ActivityRecorded
from infra.local.operate import environment
from infra.replay.__main__ import perform
from infra.replay.errors import ReplayError
from infra.replay.kafka import Brokers, Kafka
from infra.replay.request import read
from tests.support.history import handled, publish
from tests.support.learners import learner, student
from tests.support.system import LocalSystem, running

STUDENTS, EACH = 20, 25


@dataclass(frozen=True)
class History:
    """A system and the activities that it has handled."""

    system: LocalSystem
    activities: list[ActivityRecorded]
    ids: list[str]

    async def task(self, *words: str) -> tuple[int, str]:
        """Do what a task does and return its exit code and what it says."""
        said: list[str] = []
        try:
            place = environment(self.system.home)
            await perform(read(words, datetime.now(UTC)), place, said.append)
        except ReplayError as error:
            return 1, "\n".join([*said, str(error)])
        return 0, "\n".join(said)

    async def records(self, topic: str) -> int:
        """Count the records of a topic."""
        async with Kafka.open(Brokers(self.system.exports["KAFKA_BOOTSTRAP_SERVERS"])) as kafka:
            return (await kafka.span(topic)).total


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """A system that has handled the activities of some students."""
    with running(tmp_path_factory.mktemp("replay") / "home") as system:
        activities = [one for number in range(STUDENTS) for one in learner(number, EACH)]
        ids = asyncio.run(published(system, activities))
        yield History(system, activities, ids)


async def published(system: LocalSystem, activities: list[ActivityRecorded]) -> list[str]:
    """Publish activities and wait until all functions that read them are done with them."""
    exports = system.exports
    events = (("gateway", one) for one in activities)
    ids = await publish(system.home, exports["KAFKA_BOOTSTRAP_SERVERS"], events)
    await handled(exports["DATABASE_URL"], "progress", ids)
    seen = [one for one, activity in zip(ids, activities, strict=True) if activity.kind == "error.seen"]
    await handled(exports["DATABASE_URL"], "debug", seen)
    return ids


@pytest.fixture
async def db(history: History) -> AsyncIterator[Any]:
    """A connection to the system's database."""
    connection = await asyncpg.connect(history.system.exports["DATABASE_URL"])
    yield connection
    await connection.close()


async def numbers(db: Any) -> list[tuple[Any, ...]]:
    """Read the live results of the students of the history."""
    ids = [student(number) for number in range(STUDENTS)]
    live = "(SELECT live FROM projections WHERE name = 'progress')"
    rows = await db.fetch(
        f"SELECT t.*, p.days, p.activities, p.last_active_at FROM topic_progress t"
        f" JOIN student_progress p USING (student_id, generation)"
        f" WHERE generation = {live} AND student_id = ANY ($1) ORDER BY student_id, topic",
        ids,
    )
    return [tuple(value for name, value in row.items() if name != "generation") for row in rows]
