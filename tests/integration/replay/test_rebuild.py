"""Progress and alerts come out of Kafka as they were, while the system works on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from events.models import Evidence, StruggleDetected
from functions.runtime.database import Connection
from infra.local.operate import environment
from infra.replay.errors import Refused
from infra.replay.kafka import Kafka
from infra.replay.rebuild import rebuild
from infra.replay.request import Replay, read
from tests.integration.replay.conftest import STUDENTS, History, numbers, published
from tests.support.history import handled, publish
from tests.support.learners import NOW, learner, student

pytestmark = pytest.mark.timeout(300)
LIVE = "(SELECT live FROM projections WHERE name = '{0}')"
ALERTS = f"""
SELECT alert_id, student_id, topic, rule, severity, status, count, first_seen, last_seen FROM alerts
 WHERE generation = {LIVE.format("alerts")} ORDER BY alert_id
"""
TOLD = "SELECT count(*) FROM stream_events WHERE kind = 'alert'"


async def test_progress_comes_back_from_kafka_while_events_go_on(history: History, db: Any) -> None:
    before = await numbers(db)
    assert len(before) > STUDENTS
    await db.execute(f"DELETE FROM activities WHERE generation = {LIVE.format('progress')}")
    await db.execute(f"UPDATE topic_progress SET points = 99 WHERE generation = {LIVE.format('progress')}")
    late = asyncio.create_task(published(history.system, list(learner(50, 40))))
    code, said = await history.task("replay", "--rebuild", "progress")
    await late
    assert code == 0, said
    assert "progress is rebuilt" in said
    assert await numbers(db) == before
    live = await db.fetchval(
        "SELECT activities FROM student_progress"
        f" WHERE student_id = $1 AND generation = {LIVE.format('progress')}",
        student(50),
    )
    assert live == 40
    assert await db.fetchval("SELECT count(DISTINCT generation) FROM activities") == 1
    code, said = await history.task("replay", "--rebuild", "progress")
    assert "the results of 0 students differ" in said


async def test_alerts_come_back_and_nobody_is_told_again(history: History, db: Any) -> None:
    events = [("exercise", struggle(number, rule)) for number in range(3) for rule in ("timeout", "stuck")]
    servers = history.system.exports["KAFKA_BOOTSTRAP_SERVERS"]
    ids = await publish(history.system.home, servers, events)
    await handled(history.system.exports["DATABASE_URL"], "notification", ids)
    before, told = await db.fetch(ALERTS), await db.fetchval(TOLD)
    await db.execute(f"UPDATE alerts SET count = 77 WHERE generation = {LIVE.format('alerts')}")
    code, said = await history.task("replay", "--rebuild", "alerts")
    assert code == 0, said
    assert await db.fetch(ALERTS) == before
    assert await db.fetchval(TOLD) == told


def struggle(number: int, rule: Any) -> StruggleDetected:
    """A student in trouble."""
    return StruggleDetected(
        alert_id=student(1000 + number * 10 + len(rule)),
        student_id=student(number),
        rule=rule,
        severity="medium",
        topic="oop",
        occurred_at=NOW,
        evidence=[Evidence(kind="run", at=NOW, ref="r", summary="a run")],
    )


class Interrupted(Exception):
    """Whatever ends a rebuild half way."""


async def test_a_rebuild_that_was_interrupted_goes_on_where_it_was(history: History, db: Any) -> None:
    before = await numbers(db)
    seen: list[str] = []

    def breaks(attributes: Any, data: bytes) -> None:
        seen.append(attributes["id"])
        if len(seen) > len(history.ids) * 3 // 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        await run(history, db, "--rebuild progress", breaks)
    assert await db.fetchval("SELECT building FROM projections WHERE name = 'progress'") is not None
    with pytest.raises(Refused, match="asked for by: replay --rebuild progress"):
        await run(history, db, "--rebuild progress --since 2h")
    said = await run(history, db, "--rebuild progress")
    assert "goes on with the rebuild that was interrupted" in said
    [line] = [line for line in said.splitlines() if "deriving" in line]
    total = await history.records("progress.events")
    assert f"{total:,} of {total:,}" in line
    assert "the results of 0 students differ" in said
    assert await numbers(db) == before


async def run(history: History, db: Connection, words: str, check: Any = None) -> str:
    """Rebuild in this process and return what it says."""
    request = read(["replay", *words.split()], NOW.replace(year=2036))
    assert isinstance(request, Replay)
    said: list[str] = []
    place = environment(history.system.home)
    async with Kafka.open(place.brokers) as kafka:
        await rebuild(request, db, kafka, {}, check or place.signatures.check, said.append)
    return "\n".join(said)


async def test_what_kafka_has_not_is_kept(history: History, db: Any) -> None:
    """A rebuild from a time on, or of one topic, keeps the facts that it does not read."""
    before = await numbers(db)
    facts = await db.fetchval("SELECT count(*) FROM activities")
    said = await run(history, db, "--rebuild progress --topic exercise.generated")
    assert "progress.events: is not read, all that came by it is kept" in said
    assert await numbers(db) == before
    said = await run(history, db, "--rebuild progress --since 0m")
    assert "0 of 0 events" in said
    assert await numbers(db) == before
    assert await db.fetchval("SELECT count(*) FROM activities") == facts


async def test_two_rebuilds_of_one_projection_keep_apart(history: History, db: Any) -> None:
    await db.execute("SELECT pg_advisory_lock(hashtext('rebuild'), hashtext('alerts'))")
    code, said = await history.task("replay", "--rebuild", "alerts")
    assert (code, "a rebuild of alerts is running" in said) == (1, True)


async def test_who_was_erased_does_not_come_back(history: History, db: Any) -> None:
    gone = student(STUDENTS - 1)
    await db.execute("INSERT INTO erased_users (user_id) VALUES ($1)", gone)
    code, said = await history.task("replay", "--rebuild", "progress")
    assert code == 0, said
    assert await db.fetchval("SELECT count(*) FROM activities WHERE student_id = $1", gone) == 0
    assert await db.fetchval("SELECT count(*) FROM topic_progress WHERE student_id = $1", gone) == 0
    await db.execute("DELETE FROM erased_users WHERE user_id = $1", gone)
    assert (await history.task("replay", "--rebuild", "progress"))[0] == 0
