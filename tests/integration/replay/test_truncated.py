"""What Kafka has forgotten outlives a rebuild; these tests come last, as they take its past away."""

from __future__ import annotations

from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from infra.replay.kafka import Brokers, Kafka
from tests.integration.replay.conftest import STUDENTS, History, numbers
from tests.integration.replay.test_rebuild import ALERTS, struggle
from tests.support.history import handled, publish
from tests.support.learners import student

pytestmark = pytest.mark.timeout(300)


async def truncate(history: History, topic: str, share: float) -> None:
    """Have Kafka delete the oldest records of each partition, as its retention does."""
    servers = history.system.exports["KAFKA_BOOTSTRAP_SERVERS"]
    async with Kafka.open(Brokers(servers)) as kafka:
        span = await kafka.span(topic)
    oldest = {
        TopicPartition(topic, one): RecordsToDelete(start + round((span.ends[one] - start) * share))
        for one, start in span.starts.items()
    }
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.delete_records(oldest)
    finally:
        await admin.close()


async def test_a_rebuild_keeps_what_a_truncated_topic_no_longer_has(history: History, db: Any) -> None:
    before, whole = await numbers(db), await history.records("progress.events")
    await truncate(history, "progress.events", 0.5)
    left = await history.records("progress.events")
    assert 0 < left < whole
    code, said = await history.task("replay", "--rebuild", "progress")
    assert code == 0, said
    assert "progress.events: what happened before" in said
    assert "the results of 0 students differ" in said
    assert await numbers(db) == before


async def test_alerts_of_who_was_erased_stay_away_whether_kafka_has_them_or_not(
    history: History, db: Any
) -> None:
    students = [STUDENTS - 1, STUDENTS - 2, STUDENTS - 3]
    events = [("exercise", struggle(number, "same_error")) for number in students]
    servers = history.system.exports["KAFKA_BOOTSTRAP_SERVERS"]
    ids = await publish(history.system.home, servers, events)
    await handled(history.system.exports["DATABASE_URL"], "notification", ids)
    rows = await db.fetch(ALERTS)
    for gone in students[:2]:
        assert student(gone) in {row["student_id"] for row in rows}
        await db.execute("INSERT INTO erased_users (user_id) VALUES ($1)", student(gone))
        code, said = await history.task("replay", "--rebuild", "alerts")
        assert code == 0, said
        rows = [row for row in rows if row["student_id"] != student(gone)]
        assert await db.fetch(ALERTS) == rows
        await truncate(history, "struggle.detected", 1)
    await db.execute("DELETE FROM erased_users WHERE user_id = ANY ($1)", [student(one) for one in students])
