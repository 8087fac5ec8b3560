"""Dead letters are listed, shown, mended, sent again and dropped."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from events.wire import Event, to_record
from functions.runtime.envelope import Outgoing
from functions.runtime.signatures import Signatures
from infra.local import credentials
from tests.integration.replay.conftest import History
from tests.support import plain

pytestmark = pytest.mark.timeout(300)
QUERY = "learnflow.query.submitted.v1"


async def test_a_question_that_was_given_up_is_answered_after_the_cause_is_gone(
    history: History, db: Any
) -> None:
    """Its student was told that it failed, and reads the answer then."""
    async with plain.async_client(base_url=f"{history.system.url}/api/v1", timeout=40) as student:
        account = {"email": "retry@example.com", "password": "correct horse battery", "display_name": "R"}
        answer = await student.post("/auth/register", json={**account, "role": "student"})
        student.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        await db.execute("ALTER TABLE conversation_topics RENAME TO conversation_topics_away")
        try:
            asked = await student.post("/chat/messages", json={"text": "How does a for loop work?"})
            path = f"/chat/messages/{asked.json()['message_id']}"
            while (shown := (await student.get(path, params={"wait": 20})).json())["status"] == "pending":
                continue
        finally:
            await db.execute("ALTER TABLE conversation_topics_away RENAME TO conversation_topics")
        assert shown["status"] == "failed"
        record = await one_open(history, "--function", "triage", "--reason", "attempts")
        code, said = await history.task("dead-letter", "show", record)
        assert code == 0, said
        assert "UndefinedTableError" in said
        assert "How does a for loop work?" in said
        code, said = await history.task("dead-letter", "retry", "--function", "triage", "--by", "Ada")
        assert (code, said.strip()) == (0, f"{record}: handled")
        while (shown := (await student.get(path, params={"wait": 20})).json())["status"] == "failed":
            await asyncio.sleep(0.1)
        assert (shown["status"], shown["answer"]["agent"]) == ("answered", "concepts")
    code, said = await history.task("dead-letter", "list")
    assert record not in said
    code, said = await history.task("dead-letter", "list", "--everything")
    assert "retried by Ada" in said


async def test_data_can_be_mended_and_what_is_still_wrong_is_refused(
    history: History, db: Any, tmp_path: Path
) -> None:
    ids = {name: str(uuid4()) for name in ("message_id", "conversation_id", "student_id")}
    await put(history, "bad-data", {**ids, "text": 5, "level": "beginner"}, ids["student_id"])
    record = await one_open(history, "--reason", "schema")
    file = tmp_path / "data.json"
    file.write_text(json.dumps({**ids, "text": 6, "level": "beginner"}))
    code, said = await history.task("dead-letter", "retry", record, "--data", str(file))
    assert (code, "--data: learnflow.query.submitted.v1: text:" in said) == (1, True), said
    file.write_text(json.dumps({**ids, "text": "What is a list?", "level": "beginner"}))
    code, said = await history.task("dead-letter", "retry", record, "--data", str(file))
    assert (code, said.strip()) == (0, f"{record}: handled")
    assert (
        await db.fetchval("SELECT outcome FROM inbox WHERE consumer = 'triage' AND id = 'bad-data'")
        == "handled"
    )


async def test_a_letter_that_fails_again_is_a_new_one_and_one_that_is_dropped_is_gone(
    history: History, db: Any
) -> None:
    await put(history, "hopeless", {"text": []}, "00000000-0000-4000-8000-000000000009")
    first = await one_open(history, "--reason", "schema")
    code, said = await history.task("dead-letter", "retry", first)
    assert (code, f"{first}: failed again: schema" in said) == (0, True), said
    second = await one_open(history, "--reason", "schema")
    assert second != first
    code, said = await history.task("dead-letter", "drop", second, "--by", "Ada", "--note", "a test")
    assert (code, said.strip()) == (0, "1 dropped by Ada")
    code, said = await history.task("dead-letter", "list", "--reason", "schema", "--everything")
    assert "dropped by Ada" in said
    assert "a test" in said
    rows = await db.fetch(
        "SELECT action FROM dead_letter_actions WHERE event_id = 'hopeless' ORDER BY action_id"
    )
    assert [row["action"] for row in rows] == ["retried", "dropped"]


async def test_what_nobody_vouches_for_and_who_was_erased_is_not_sent_again(
    history: History, db: Any
) -> None:
    await put(history, "forged", {"text": "hello"}, "00000000-0000-4000-8000-000000000008", key="x" * 32)
    forged = await one_open(history, "--reason", "signature")
    code, said = await history.task("dead-letter", "retry", forged)
    assert (code, "nobody vouches for it; drop it; nothing was sent" in said) == (1, True), said
    await put(history, "erased", {"text": []}, "00000000-0000-4000-8000-000000000007")
    record = await one_open(history, "--reason", "schema")
    await db.execute("INSERT INTO erased_users VALUES ('00000000-0000-4000-8000-000000000007')")
    code, said = await history.task("dead-letter", "retry", record)
    assert (code, "its student was erased" in said) == (1, True), said
    code, said = await history.task("dead-letter", "show", record)
    assert "data" not in said
    code, said = await history.task("dead-letter", "show", "9-9")
    assert (code, "there is no dead letter 9-9" in said) == (1, True)


async def put(history: History, event_id: str, data: object, subject: str, *, key: str | None = None) -> None:
    """Write a question to its topic, past the gateway."""
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": "/learnflow/gateway",
        "type": QUERY,
        "time": "2026-03-02T12:00:00+00:00",
        "subject": subject,
        "partitionkey": subject,
        "datacontenttype": "application/json",
    }
    event = Outgoing("learning.requests", attributes, json.dumps(data).encode())
    secret = key or credentials.load(history.system.home).event_key
    event = Signatures.read({"LEARNFLOW_EVENT_KEYS": f"local:{secret}"}).sign(event)
    record = to_record(Event(event.attributes, event.data))
    async with AIOKafkaProducer(
        bootstrap_servers=history.system.exports["KAFKA_BOOTSTRAP_SERVERS"]
    ) as producer:
        await producer.send_and_wait(
            "learning.requests", record.value, key=record.key, headers=record.headers
        )


async def one_open(history: History, *chosen: str) -> str:
    """Wait for the one open letter of a kind and return its name."""
    async with asyncio.timeout(30):
        while True:
            code, said = await history.task("dead-letter", "list", *chosen)
            assert code == 0, said
            _, *letters, _ = said.splitlines()
            if letters:
                assert len(letters) == 1, said
                return letters[0].split()[0]
