"""The checker of `./task chaos` is silent about a sound system, and sees every kind of loss and doubling."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.chaos import journal, promises, tables
from tests.chaos.journal import ACTIVITY, Event, Journal
from tests.chaos.ledger import Ledger, Person
from tests.chaos.tables import Database

IDS = ("student", "conversation", "message", "submission", "asked", "reviewed")
RESPONSE = "learnflow.response.produced.v1"
HANDLERS = ("progress", "notification", "debug")
SOUND = """
INSERT INTO users (user_id, email, display_name, role, password_hash)
VALUES ('{student}', 'a@b.c', 'A', 'student', '');
INSERT INTO conversations (conversation_id, student_id, title) VALUES ('{conversation}', '{student}', 'T');
INSERT INTO messages (message_id, conversation_id, student_id, text, status, answer, answered_at)
VALUES ('{message}', '{conversation}', '{student}', 'Why?', 'answered', '{{"text": "So."}}', now());
INSERT INTO submissions (submission_id, student_id, code) VALUES ('{submission}', '{student}', 'pass');
INSERT INTO reviews (submission_id, student_id, quality, rated, summary, findings, created_at)
VALUES ('{submission}', '{student}', 90, true, 'Good.', '[]', now());
INSERT INTO idempotency_keys (user_id, route, key, digest, answer)
VALUES ('{student}', 'chat', 'k1', '', '{{"message_id": "{message}"}}'),
       ('{student}', 'submission', 'k2', '', '{{"submission_id": "{submission}"}}');
INSERT INTO user_streams (user_id, last_seq) VALUES ('{student}', 2);
INSERT INTO stream_events (user_id, seq, kind, data) VALUES
    ('{student}', 1, 'answer', '{{"message_id": "{message}"}}'),
    ('{student}', 2, 'submission', '{{"submission_id": "{submission}", "agent": "code_review"}}');
INSERT INTO activities (activity_id, generation, student_id, kind, topic, occurred_at, detail) VALUES
    ('{asked}', 1, '{student}', 'question.asked', 'oop', now(), '{{"message_id": "{message}"}}'),
    ('{reviewed}', 1, '{student}', 'code.reviewed', NULL, now(), '{{"quality": 90}}');
INSERT INTO student_progress (student_id, generation, time_zone, rules_version, activities)
VALUES ('{student}', 1, 'UTC', '1', 2);
"""
OUTBOX = """
INSERT INTO outbox (producer, event_id, type, topic, attributes, data, published_at)
VALUES ('test', $1, $2, $3, $4::jsonb, '', now())
"""
INBOX = """
INSERT INTO inbox (consumer, source, id, type, correlation_id, lease_until, done_at, outcome)
VALUES ($1, '/learnflow/test', $2, '', '', now(), now(), 'handled')
"""
COPY_ACTIVITY = """
INSERT INTO activities SELECT gen_random_uuid(), generation, student_id, kind, topic, occurred_at, detail
  FROM activities WHERE kind = 'question.asked';
UPDATE student_progress SET activities = 3
"""
COPY_MESSAGE = """
INSERT INTO messages (message_id, conversation_id, student_id, text, status, answer, answered_at)
SELECT gen_random_uuid(), conversation_id, student_id, text, status, answer, answered_at FROM messages
"""
COPY_NOTICE = """
INSERT INTO stream_events SELECT user_id, 3, kind, data FROM stream_events WHERE kind = '{kind}';
UPDATE user_streams SET last_seq = 3
"""
# What is done to sound tables, and what the checker says then.
PLANTED = {
    "a lost answer": (
        "UPDATE messages SET status = 'pending', answer = NULL",
        "a question without an answer",
    ),
    "an answer with nothing in it": ("UPDATE messages SET answer = NULL", "a question without an answer"),
    "a lost question": ("DELETE FROM messages", "was accepted and is lost"),
    "a question asked twice": (COPY_MESSAGE, "without the key it was asked with"),
    "an answer given twice": (COPY_NOTICE.format(kind="answer"), "answered on the stream exactly once"),
    "an answer to no question": (
        'UPDATE stream_events SET data = \'{"message_id": "none"}\' WHERE seq = 1',
        "an answer to no question",
    ),
    "a notice given twice": (COPY_NOTICE.format(kind="submission"), "not given exactly once"),
    "an event that came to no client": (
        "UPDATE stream_events SET data = data || '{\"more\": 1}'",
        "2 events written, 2 heard",
    ),
    "a gap in a stream": ("DELETE FROM stream_events WHERE seq = 1", "a stream with a gap"),
    "a lost submission": ("DELETE FROM submissions", "was accepted and is lost"),
    "a lost review": ("DELETE FROM reviews", "a submission without its review"),
    "a lost key": ("DELETE FROM idempotency_keys WHERE key = 'k1'", "which stands for None"),
    "an activity counted twice": (COPY_ACTIVITY, "not counted as an activity exactly once"),
    "a lost activity": ("DELETE FROM activities WHERE kind = 'code.reviewed'", "told of and is lost"),
    "an activity from nowhere": (COPY_ACTIVITY, "an activity that was never told of"),
    "a wrong count": ("UPDATE student_progress SET activities = 3", "a count of activities that is wrong"),
    "somebody who is gone": (
        "UPDATE activities SET student_id = gen_random_uuid()",
        "an activity of nobody",
    ),
    "an event that waits": ("UPDATE outbox SET published_at = NULL", "waits in the outbox"),
    "an event that never went out": (
        "UPDATE outbox SET event_id = 'other' WHERE topic = 'learning.responses'",
        "in the outbox, but on no topic",
    ),
    "an event that nobody committed": (
        "DELETE FROM outbox WHERE topic = 'learning.responses'",
        "on a topic, but never committed",
    ),
    "an event that was begun only": (
        "UPDATE inbox SET done_at = NULL, outcome = NULL WHERE consumer = 'delivery'",
        "begun and never finished",
    ),
    "an event that was not handled": (
        "DELETE FROM inbox WHERE consumer = 'progress' AND id = 'e1'",
        "is unknown to progress",
    ),
    "an event that was given up": (
        "UPDATE inbox SET outcome = 'dead' WHERE consumer = 'delivery'",
        "is dead to delivery",
    ),
}


class Sound:
    """A small system in which everything is as it should be."""

    def __init__(self) -> None:
        self.ids = {name: str(uuid4()) for name in IDS}
        ids = self.ids
        activities = [{"activity_id": ids[name]} for name in ("asked", "reviewed")]
        told: list[tuple[str, str, Any]] = [
            *(("progress.events", ACTIVITY, data) for data in activities),
            ("learning.responses", RESPONSE, {}),
        ]
        self.events = [
            Event(topic, kind, "/learnflow/test", f"e{number}", json.dumps(data).encode())
            for number, (topic, kind, data) in enumerate(told)
        ]
        self.journal = Journal([*self.events, self.events[0]], [])  # one came twice, which is allowed
        answer = (1, "answer", {"message_id": ids["message"]})
        notice = (2, "submission", {"submission_id": ids["submission"], "agent": "code_review"})
        self.person = Person(ids["student"], "a@b.c", "", "", [answer, notice])
        self.ledger = Ledger([self.person])
        self.ledger.accept("message", "k1", ids["message"], ids["student"])
        self.ledger.accept("submission", "k2", ids["submission"], ids["student"])

    async def write(self, db: Database) -> None:
        """Write the tables."""
        await db.execute(SOUND.format(**self.ids))
        attributes = json.dumps({"source": "/learnflow/test"})
        for event in self.events:
            await db.execute(OUTBOX, event.id, event.type, event.topic, attributes)
            for consumer in HANDLERS if event.type == ACTIVITY else ("delivery",):
                await db.execute(INBOX, consumer, event.id)

    async def look(self, db: Database, planted: AbstractSet[str] = frozenset()) -> list[str]:
        """Look as a run of chaos does."""
        found = await tables.broken(db, [self.person.id])
        found += await promises.broken(db, self.ledger)
        return found + await journal.broken(db, self.journal, planted)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A connection to a database of this test alone."""
    connection: Database = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_everything_that_is_planted_is_seen_and_nothing_else(db: Database) -> None:
    sound = Sound()
    await sound.write(db)
    assert await sound.look(db) == []
    for name, (statement, said) in PLANTED.items():
        change = db.transaction()
        await change.start()
        await db.execute(statement)
        found = await sound.look(db)
        assert any(said in one for one in found), f"{name}: {found}"
        await change.rollback()
    assert await sound.look(db) == []


async def test_what_went_wrong_on_topics_and_streams_is_seen(db: Database) -> None:
    sound = Sound()
    await sound.write(db)
    letter = Event("learnflow.dead-letter", RESPONSE, "/learnflow/test", "e2", b"")
    sound.journal.letters.append(letter)
    assert await sound.look(db) == ["a dead letter that nobody meant: e2"]
    sound.journal.letters.clear()
    assert await sound.look(db, {"poison"}) == ["a dead letter that is missing: poison"]
    other = Event("learning.responses", RESPONSE, "/learnflow/test", "e2", b'{"other": 1}')
    sound.journal.events.append(other)
    [said] = await sound.look(db)
    assert said.startswith("one id, different contents")
    sound.journal.events.pop()
    sound.person.heard.append(sound.person.heard[-1])
    [said] = await sound.look(db)
    assert "heard again [2]" in said
    del sound.person.heard[1:]
    [said] = await sound.look(db)
    assert "missed [2]" in said


async def test_an_execution_that_was_counted_too_often_or_not_at_all_is_seen(db: Database) -> None:
    sound = Sound()
    await sound.write(db)
    sound.ledger.ran[sound.person.id] = sound.ledger.tried["execution", sound.person.id] = 1
    [said] = await sound.look(db)
    assert "0 executions are counted" in said
