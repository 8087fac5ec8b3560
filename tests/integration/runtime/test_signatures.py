"""Functions that have a key sign what they publish and do nothing that an unsigned event asks for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from events.models import QuerySubmitted
from functions.runtime.envelope import Outgoing, outgoing
from functions.runtime.signatures import Signatures
from tests.support.processes import FunctionProcess
from tests.support.sinks import Received

QUERY = "learnflow.query.submitted.v1"
OLD, NEW = "old:" + "o" * 40, "new:" + "n" * 40


def keys(value: str) -> dict[str, str]:
    return {"LEARNFLOW_EVENT_KEYS": value}


def signed(question: dict[str, str], key: str) -> Outgoing:
    plain = outgoing(
        QuerySubmitted(**{k: UUID(v) if k.endswith("_id") else v for k, v in question.items()}),  # type: ignore[arg-type]
        event_id="e1",
        function="gateway",
        now=datetime(2026, 11, 24, 12, tzinfo=UTC),
        correlation_id="c1",
        causation_id="c1",
        traceparent=None,
    )
    return Signatures.read(keys(key)).sign(plain)


def deliver(function: FunctionProcess, event: Outgoing | Received) -> int:
    data = event.data if isinstance(event, Outgoing) else event.body
    named = {k: v for k, v in event.attributes.items() if k not in {"type", "datacontenttype", "specversion"}}
    return function.send(event.attributes["type"], data, **named).status_code


async def test_a_forged_event_is_a_dead_letter_and_the_real_one_of_its_id_is_handled(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function, event = start(**keys(NEW)), signed(question("hello"), NEW)
    for _ in range(3):
        assert (
            function.send(QUERY, question("forged"), id="e1", source="/learnflow/gateway").status_code == 200
        )
    assert deliver(function, Outgoing(event.topic, event.attributes, event.data + b" ")) == 200
    assert await db.fetchval("SELECT count(*) FROM effects") == 0
    reasons = [letter.attributes["deadletterreason"] for letter in sinks.to("dead-letter")]
    assert sorted(reasons) == ["signature", "unsigned", "unsigned", "unsigned"]
    assert {letter.attributes["id"] for letter in sinks.to("dead-letter")} == {"e1"}
    assert deliver(function, event) == 200
    assert await db.fetchval("SELECT event_id FROM effects") == "e1"


async def test_a_forged_event_that_comes_again_is_one_dead_letter(
    start: Any, sinks: Any, question: Any
) -> None:
    function, data = start(**keys(NEW)), question("forged")
    time = "2026-11-24T12:00:00Z"
    for _ in range(3):
        assert function.send(QUERY, data, id="e1", time=time).status_code == 200
    assert len(sinks.to("dead-letter")) == 1


async def test_what_a_function_publishes_is_signed_for_the_next(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    first = start(**keys(f"{NEW},{OLD}"))
    assert deliver(first, signed(question("hello"), OLD)) == 200
    [published] = sinks.to("progress-events")
    assert re.fullmatch(r"1\.new\.[\w-]{43}", published.attributes["eventsignature"])
    progress = start("progress", **keys(NEW))
    assert deliver(progress, published) == 200
    assert sinks.to("dead-letter") == []
    assert [event.attributes["causationid"] for event in sinks.to("learning-responses")] == [
        published.attributes["id"]
    ]


async def test_ticks_need_no_signature(start: Any) -> None:
    assert start(**keys(NEW)).send("dev.knative.sources.ping", {}).status_code == 200


async def test_a_wrong_key_ends_the_process_without_telling_it(start: Any) -> None:
    function = start(wait=False, **keys("new:tooshort"))
    assert function.process.wait(timeout=30) == 2
    assert "LEARNFLOW_EVENT_KEYS: expected id:secret" in function.log.read_text()
    assert "tooshort" not in function.log.read_text()
