"""The way of one question, as lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.runtime.event_trace import join
from infra.local.tracing import render

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def ms(count: float) -> datetime:
    return START + timedelta(milliseconds=count)


def event(event_id: str, producer: str, kind: str, at: float, *, published: bool = True) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "producer": producer,
        "type": f"learnflow.{kind}.v1",
        "topic": "a.topic",
        "created_at": ms(at),
        "published_at": ms(at + 1) if published else None,
    }


def delivery(
    event_id: str, consumer: str, at: float, done: float | None, attempts: int = 1
) -> dict[str, Any]:
    return {
        "id": event_id,
        "consumer": consumer,
        "received_at": ms(at),
        "done_at": None if done is None else ms(done),
        "attempts": attempts,
        "outcome": None if done is None else "handled",
    }


def test_a_question_reads_from_the_gateway_to_its_answer() -> None:
    hops = join(
        [event("a", "gateway", "query.submitted", 0), event("b", "triage", "concept.requested", 9)],
        [delivery("a", "triage", 5, 9), delivery("b", "concepts", 12.5, 20, attempts=2)],
    )
    assert render(hops) == [
        "    at ms   took ms  what",
        "      0.0            gateway -> query.submitted.v1 on a.topic",
        "      5.0       4.0      triage handled",
        "      9.0            triage -> concept.requested.v1 on a.topic",
        "     12.5       7.5      concepts handled, 2 attempts",
        "     20.0            end",
    ]


def test_what_is_still_on_its_way_says_so() -> None:
    hops = join(
        [event("a", "gateway", "query.submitted", 0, published=False)], [delivery("a", "triage", 5, None)]
    )
    assert render(hops)[1:] == [
        "      0.0            gateway -> query.submitted.v1 on a.topic  (not published yet)",
        "      5.0         -      triage at work",
    ]
