"""A conversation by HTTP: triage, concepts and delivery as processes; a student reads the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

QUERY = "learnflow.query.submitted.v1"
CONCEPT = "learnflow.concept.requested.v1"
RESPONSE = "learnflow.response.produced.v1"
PEOPLE = """
INSERT INTO users (user_id, email, display_name, role, password_hash)
VALUES (($1::text)::uuid, $1::text || '@example.com', 'S', 'student', '')
"""
TALK = "INSERT INTO conversations (conversation_id, student_id, title) VALUES ($1, $2, 'T')"
MESSAGE = (
    "INSERT INTO messages (message_id, conversation_id, student_id, text, code) VALUES ($1, $2, $3, $4, $5)"
)
CODE = "def last(row):\n    at = len(row) - 1\n    return row[at]\n\nprint(last([4, 7]))\n"


class Talk:
    """One student's conversation, as the gateway would carry it."""

    def __init__(self, functions: dict[str, Any], sinks: Any, ids: dict[str, str], db: Any) -> None:
        self._functions, self._sinks, self._ids, self._db = functions, sinks, ids, db

    async def begin(self) -> None:
        """Write the student and the conversation, as the gateway does."""
        await self._db.execute(PEOPLE, self._ids["student_id"])
        await self._db.execute(TALK, UUID(self._ids["conversation_id"]), UUID(self._ids["student_id"]))

    async def say(self, text: str, code: str | None = None, **more: str) -> dict[str, Any]:
        """Ask, carry the events on as the sources do, and read the answer of the message."""
        ids = {**self._ids, "message_id": str(uuid4())}
        owner = UUID(ids["conversation_id"]), UUID(ids["student_id"])
        await self._db.execute(MESSAGE, UUID(ids["message_id"]), *owner, text, code)
        query = {**ids, "text": text, "level": "beginner", **({"code": code} if code else {}), **more}
        self._carry("triage", QUERY, query, "concepts-requests")
        asked = self._sinks.to("concepts-requests")[-1].data
        assert asked["message_id"] == ids["message_id"], f"{text!r} went elsewhere"
        self._carry("concepts", CONCEPT, asked, "learning-responses")
        told = self._sinks.to("learning-responses")[-1].data
        assert self._functions["delivery"].send(RESPONSE, told).status_code == 200
        row = await self._db.fetchval(
            "SELECT answer FROM messages WHERE message_id = $1", UUID(ids["message_id"])
        )
        return {**json.loads(row), "message_id": ids["message_id"]}

    def _carry(self, function: str, kind: str, data: dict[str, Any], sink: str) -> None:
        before = len(self._sinks.to(sink))
        assert self._functions[function].send(kind, data).status_code == 200
        assert len(self._sinks.to(sink)) == before + 1, sink


@pytest.fixture
async def talk(start: Callable[..., Any], sinks: Any, ids: Any, db: Any, runner: Any) -> Talk:
    """A conversation with functions that have a sandbox."""
    url = f"http://127.0.0.1:{runner.port}"
    names = ("triage", "concepts", "delivery")
    begun = Talk({name: start(name, SANDBOX_URL=url) for name in names}, sinks, ids, db)
    await begun.begin()
    return begun


async def test_what_goes_on_is_about_the_same_and_never_the_same_again(talk: Talk) -> None:
    said = [
        "What is a tuple?",
        "a bit simpler please",
        "why would I want that?",
        "go through it slowly",
        "sketch it",
    ]
    said += [
        "one more example",
        "huh?",
        "what if I change one of them?",
        "und auf Deutsch bitte",
        "summarise it",
    ]
    answers = [await talk.say(text) for text in said]
    assert {answer["concept"] for answer in answers} == {"tuples"}
    assert {answer["kind"] for answer in answers} == {"concept"}
    texts = [answer["text"] for answer in answers]
    assert all(one != other for one, other in pairwise(texts)) and len(set(texts)) == len(texts)
    assert "| line | code | values |" in texts[3]


async def test_a_program_is_talked_about_with_runs_of_it(talk: Talk) -> None:
    first = await talk.say("I have no idea what this does", CODE)
    assert first["kind"] == "explanation" and "`last([4, 7])` gives back `7`" in first["text"]
    empty = await talk.say("and what if the list is empty?")
    assert "`last([])`" in empty["text"] and "IndexError" in empty["text"] and "line 3" in empty["text"]
    line = await talk.say("why is line 2 needed?")
    assert "without it" in line["text"] and "NameError" in line["text"]


async def test_the_answer_to_the_tutors_question_is_judged_and_recorded(talk: Talk, sinks: Any) -> None:
    told = await talk.say("What is a tuple?")
    assert told["check"]["question"] in told["text"] and "answer" not in told["check"]
    heard = await talk.say("it stays as it was made", in_reply_to=told["message_id"])
    assert heard["kind"] == "concept" and heard["concept"] == "tuples"
    assert any(word in heard["text"] for word in ("Right!", "Not quite", "Thank you!"))
    if "Thank you!" not in heard["text"]:
        details = [event.data["detail"] for event in sinks.to("progress-events")]
        judged = next(one for one in details if one.get("intent") == "check_answered")
        assert judged["concept"] == "tuples"
