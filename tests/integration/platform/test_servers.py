"""PostgreSQL and Kafka as the local system and the tests run them."""

from __future__ import annotations

from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.local.kafka import Kafka
from infra.local.ports import reachable
from infra.local.postgres import Postgres


async def test_postgres_keeps_what_was_committed_through_a_kill(tmp_path: Path) -> None:
    """A commit survives kill -9, and the same data folder starts again."""
    server = Postgres.anywhere(tmp_path)
    process = server.start()
    await run(server.url(), "CREATE TABLE kept (n int)")
    await run(server.url(), "INSERT INTO kept VALUES (7)")
    process.kill()
    again = server.start()
    db = await asyncpg.connect(server.url())
    assert await db.fetchval("SELECT n FROM kept") == 7
    assert await db.fetchval("SHOW fsync") == "on"
    await db.close()
    again.stop()
    assert again.returncode() == 0
    assert not reachable(server.port)


async def test_kafka_keeps_what_was_acknowledged_through_a_kill(tmp_path: Path) -> None:
    """An acknowledged record survives kill -9, and the same data folder starts again."""
    broker = Kafka.anywhere(tmp_path)
    process = broker.start()
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all")
    await producer.start()
    await producer.send_and_wait("kept", b"hello")
    await producer.stop()
    process.kill()
    again = broker.start()
    consumer = AIOKafkaConsumer("kept", bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    record = await consumer.getone()
    await consumer.stop()
    again.stop()
    assert record.value == b"hello"
    assert not reachable(broker.port)


async def test_each_test_gets_a_migrated_database_of_its_own(database_url: str) -> None:
    """The database fixture has the tables of the floor."""
    db = await asyncpg.connect(database_url)
    assert await db.fetchval("SELECT count(*) FROM inbox") == 0
    await db.close()


async def run(url: str, statement: str) -> None:
    """Run one statement on a connection of its own."""
    db = await asyncpg.connect(url)
    await db.execute(statement)
    await db.close()
