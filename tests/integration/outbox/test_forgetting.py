"""What is past its retention goes, in portions; what is younger, or not done, stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg

from functions.outbox.sweep import FORGET_EVENTS, FORGET_RECORDS, forget

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DONE = """
INSERT INTO inbox (consumer, source, id, type, correlation_id, lease_until, done_at)
SELECT 'probe', '/s', n::text, 't', 'c', $1,
       CASE WHEN n % 10 > 0 THEN $1::timestamptz - n * interval '1 day' END
  FROM generate_series(1, 100) AS n
"""
CALLED = """
INSERT INTO ai_calls (event_id, purpose, student_id, model, created_at)
SELECT n::text, 'explain', $2, 'm', $1::timestamptz - n * interval '1 day' FROM generate_series(1, 25) AS n
"""
LOOKED = """
INSERT INTO student_views (viewer_id, student_id, what, request_id, viewed_at)
SELECT $2, $2, 'progress', 'r', $1::timestamptz - n * interval '1 day' FROM generate_series(1, 25) AS n
"""
STUDENT = """
INSERT INTO users (user_id, email, display_name, role, time_zone, password_hash)
VALUES ($1, 'a@example.com', 'A', 'student', 'UTC', 'x')
"""


async def test_events_that_are_done_and_old_are_forgotten_in_portions(database_url: str) -> None:
    db = await asyncpg.connect(database_url)
    await db.execute(DONE, NOW)
    await forget(db, FORGET_EVENTS, NOW - timedelta(days=30, hours=1), portion=7)
    left = await db.fetchrow(
        "SELECT count(*) FILTER (WHERE done_at IS NULL) AS open, count(*) AS rows FROM inbox"
    )
    assert (left["open"], left["rows"]) == (10, 37), "27 of the last 30 days are done, 10 of all days are not"
    await db.close()


async def test_records_of_looks_and_of_calls_of_a_model_are_forgotten(database_url: str) -> None:
    db, student = await asyncpg.connect(database_url), uuid4()
    await db.execute(STUDENT, student)
    await db.execute(CALLED, NOW, student)
    await db.execute(LOOKED, NOW, student)
    await forget(db, FORGET_RECORDS, NOW - timedelta(days=20, hours=1), portion=2)
    assert await db.fetchval("SELECT count(*) FROM ai_calls") == 20
    assert await db.fetchval("SELECT count(*) FROM student_views") == 20
    await db.close()
