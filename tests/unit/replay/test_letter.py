"""What a record of the dead-letter topic tells."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from events.wire import Record
from infra.replay.dead_letter import DeadLetter
from infra.replay.request import Filter

CE = {
    "specversion": "1.0",
    "id": "e1",
    "source": "/learnflow/gateway",
    "type": "learnflow.query.submitted.v1",
}
OWN = {"deadletterreason": "schema", "deadlettererror": "text: 5 is not of type", "deadletterattempts": "1"}
KNATIVE = {
    "knativeerrordest": "http://code-review.learnflow.svc.cluster.local",
    "knativeerrorcode": "503",
    "knativeerrordata": base64.b64encode(b"database-down").decode(),
}


def letter(extensions: dict[str, str], data: bytes = b'{"text": 5}') -> DeadLetter:
    headers = [(f"ce_{name}", value.encode()) for name, value in {**CE, **extensions}.items()]
    record = Record("learnflow.dead-letter", 1, 42, 1772452800000, b"k", data, headers)
    return DeadLetter.of(record, lambda address: "code_review" if "code-review" in address else None)


def test_a_letter_of_a_function_tells_where_and_why() -> None:
    found = letter({**OWN, "deadletterconsumer": "triage"})
    assert (found.name, found.function, found.reason, found.attempts) == ("1-42", "triage", "schema", "1")
    assert (found.topic, found.at) == ("learning.requests", datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    assert found.error == "text: 5 is not of type"


def test_a_letter_of_knative_tells_the_function_by_its_address() -> None:
    found = letter(KNATIVE)
    assert (found.function, found.reason, found.error) == ("code_review", "undelivered-503", "database-down")
    del_code = {name: value for name, value in KNATIVE.items() if name != "knativeerrorcode"}
    assert letter(del_code).reason == "undelivered-unanswered"


def test_what_is_sent_again_carries_nothing_of_its_failure() -> None:
    added = {**OWN, **KNATIVE, "deadletterconsumer": "triage", "knativekafkaoffset": "3", "replay": "r1"}
    assert letter({**added, "partitionkey": "s1"}).original().attributes == {**CE, "partitionkey": "s1"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"deadletterreason": "unsigned"}, "nobody vouches for it"),
        ({"type": "dev.knative.kafka.event", "deadletterreason": "not-cloudevent"}, "nobody vouches for it"),
        ({"type": "learnflow.nonsense.v7"}, "is not known to this release"),
    ],
)
def test_some_are_not_sent_again(changed: dict[str, str], said: str) -> None:
    assert said in str(letter({**OWN, "deadletterconsumer": "triage", **changed}).obstacle())
    assert letter({**OWN, "deadletterconsumer": "triage"}).obstacle() is None
    assert "cannot be told" in str(letter(OWN).obstacle())


@pytest.mark.parametrize(
    ("chosen", "passes"),
    [
        (Filter(), True),
        (Filter(topic="learning.requests", function="triage", reason="schema"), True),
        (Filter(function="debug"), False),
        (Filter(topic="debug.requests"), False),
        (Filter(reason="attempts"), False),
        (Filter(since=datetime(2026, 3, 2, 12, 0, tzinfo=UTC)), True),
        (Filter(until=datetime(2026, 3, 2, 12, 0, tzinfo=UTC)), False),
    ],
)
def test_a_filter_lets_pass_what_it_names(chosen: Filter, passes: bool) -> None:
    assert letter({**OWN, "deadletterconsumer": "triage"}).passes(chosen) is passes


def test_all_of_a_letter_is_shown() -> None:
    lines = "\n".join(letter({**OWN, "deadletterconsumer": "triage"}, b"\xff{\n}").whole())
    assert "failed in triage after 1 attempts: schema" in lines
    assert "    \\xff{\n    }" in lines
