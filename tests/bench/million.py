"""A database with a million activities and everything that comes with them."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from functions.runtime import migrate
from tests.integration.progress.seeding import seed

STUDENTS, EACH = 10_000, 100
DATABASE = "million"
# Ids are derived from numbers: student 7's third message is known without reading it.
REST = """
INSERT INTO sessions (session_id, user_id, expires_at)
SELECT user_id, user_id, now() + interval '30 days' FROM users WHERE role = 'student';
INSERT INTO conversations (conversation_id, student_id, title, last_message_at)
SELECT md5(user_id || '/' || n)::uuid, user_id, 'What is a loop?', now() - n * interval '1 day'
  FROM users, generate_series(1, 5) AS n WHERE role = 'student';
INSERT INTO messages (message_id, conversation_id, student_id, text, status, answer, created_at)
SELECT md5(conversation_id || '/' || n)::uuid, conversation_id, student_id, 'What is a loop?', 'answered',
       jsonb_build_object('text', repeat('A loop repeats its body. ', 20)), now() - n * interval '1 hour'
  FROM conversations, generate_series(1, 8) AS n;
INSERT INTO user_streams (user_id, last_seq) SELECT user_id, 20 FROM users WHERE role = 'student';
INSERT INTO stream_events (user_id, seq, kind, data)
SELECT user_id, n, 'answer', jsonb_build_object('text', repeat('A loop repeats its body. ', 20))
  FROM users, generate_series(1, 20) AS n WHERE role = 'student';
INSERT INTO submissions (submission_id, student_id, code, created_at)
SELECT md5(user_id || '/s' || n)::uuid, user_id, 'print(1)', now() - n * interval '1 hour'
  FROM users, generate_series(1, 20) AS n WHERE role = 'student';
INSERT INTO exercises (exercise_id, student_id, status, topic, difficulty, title, created_at)
SELECT md5(user_id || '/e' || n)::uuid, user_id, 'failed', 'oop', 'easy', 'Count',
       now() - n * interval '1 hour'
  FROM users, generate_series(1, 10) AS n WHERE role = 'student';
INSERT INTO inbox (consumer, source, id, type, correlation_id, lease_until, done_at, outcome)
SELECT 'progress', '/learnflow/gateway', activity_id::text, 'learnflow.activity.recorded.v1',
       activity_id::text, now(), now() - random() * interval '7 days', 'handled' FROM activities LIMIT 300000;
"""


async def ready(database_url: str) -> asyncpg.Connection[Any]:
    """Make the database unless it is there, and connect to it."""
    own = urlunsplit(urlsplit(database_url)._replace(path=f"/{DATABASE}"))
    server = await asyncpg.connect(database_url)
    try:
        await server.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await server.close()
    db = await asyncpg.connect(own)
    await migrate.migrate(db, migrate.read())
    # What is written here can be made again.
    await db.execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'")
    await seed(db, STUDENTS, EACH)
    await db.execute(REST)
    await db.execute("VACUUM ANALYZE")
    await db.execute("CHECKPOINT")
    return db


def derived(*parts: object) -> str:
    """Derive an id as REST does."""
    return hashlib.md5("".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
