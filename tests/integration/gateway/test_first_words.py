"""The words of a slow model on their whole way: model, concepts, NOTIFY, gateway, SSE; then the record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.functions import ModelServer, Start, model, model_server, starting, with_model
from tests.integration.gateway.conftest import Person
from tests.integration.gateway.test_stream import listening
from tests.support.own_time import own_time
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks

__all__ = ["model", "model_server"]
FIRST_TOKEN_S = 0.5
FIRST_WORDS_S = 2.5
CONCEPT = "learnflow.concept.requested.v1"
REPLY = (
    "A loop repeats your lines for each of the items. It takes the first item, and your lines run with it. "
    "Then the loop goes on with the next item. It ends when there are no items left in the list."
)


@pytest.fixture
def begin(gateway_database: str, gateway_sinks: Sinks, tmp_path: Path) -> Iterator[Start]:
    """Start functions that share the gateway's database and sinks."""
    with starting(gateway_database, gateway_sinks, tmp_path) as start:
        yield start


def data_of(event: Any) -> dict[str, Any]:
    """The data of a server-sent event."""
    told: dict[str, Any] = json.loads(event["data"])
    return told


def test_the_first_words_come_at_once_and_the_record_is_the_answer(
    student: Person,
    gateway: FunctionProcess,
    gateway_sinks: Sinks,
    begin: Start,
    model: ModelServer,
) -> None:
    model.behave("say", REPLY, median_s=FIRST_TOKEN_S, word_s=0.02)
    concepts, delivery = begin("concepts", **with_model(model)), begin("delivery")
    with listening(gateway.url, student) as stream, ThreadPoolExecutor(1) as pool:
        with own_time(gateway.process.pid, concepts.process.pid) as first:
            taken = student.ask("What is a for loop?", topic="control-flow")
            ids = {"message_id": taken["message_id"], "conversation_id": taken["conversation_id"]}
            asked = {**ids, "student_id": student.id, "text": "What is a for loop?", "topic": "control-flow"}
            asked |= {"level": "beginner", "confidence": 0.9}
            handled = pool.submit(concepts.send, CONCEPT, asked, time=datetime.now(UTC).isoformat())
            events = [stream.next(30)]
        assert handled.result(60).status_code == 200
        [response] = [
            e
            for e in gateway_sinks.received
            if e.data.get("message_id") == taken["message_id"] and e.sink == "learning-responses"
        ]
        assert delivery.send("learnflow.response.produced.v1", response.data).status_code == 200
        while events[-1] is not None and events[-1]["event"] == "answer.delta":
            events.append(stream.next(30))
        with listening(gateway.url, student) as late:
            record = late.next(30)

    *deltas, answer = [data_of(event) for event in events]
    assert [one["seq"] for one in deltas] == list(range(1, len(deltas) + 1))
    assert {one["message_id"] for one in deltas} == {taken["message_id"]}
    assert len(deltas) > 2
    assert first.own_s < FIRST_WORDS_S, first
    # what was said is the beginning of the record, and who heard nothing of it has the record as well
    text = student.http.get(f"/chat/messages/{taken['message_id']}").json()["answer"]["text"]
    assert text.startswith("".join(one["text"] for one in deltas))
    assert "It ends when there are no items left" in text
    assert answer["answer"]["text"] == text
    assert record is not None and data_of(record) == answer
    assert response.data["model"] == "fake"
