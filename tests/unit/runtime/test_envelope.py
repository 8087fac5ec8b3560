"""Attributes of events: ids that repeat, traces that continue, headers that survive HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.runtime import trace_context
from functions.runtime.dead_letters import dead_letter, printable
from functions.runtime.envelope import Envelope, Outgoing, derived_id, instant
from tests.support.texts import texts

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_an_event_without_correlation_begins_its_own() -> None:
    event = Envelope.of({"id": "e1", "source": "/s", "type": "t"}, NOW)
    assert (event.correlation_id, event.time, event.causation_id) == ("e1", NOW, None)


@given(st.lists(texts(min_size=1), min_size=1))
def test_a_derived_id_is_a_uuid_and_repeats(parts: list[str]) -> None:
    assert derived_id(*parts) == derived_id(*parts) == str(UUID(derived_id(*parts)))


def test_a_derived_id_tells_its_parts_apart() -> None:
    assert derived_id("a", "bc") != derived_id("ab", "c")


@pytest.mark.parametrize("raw", ["2026-03-02T12:00:00Z", "2026-03-02T13:00:00+01:00", "2026-03-02T12:00:00"])
def test_a_time_is_read_with_its_zone_utc_when_it_has_none(raw: str) -> None:
    assert instant(raw) == NOW


@pytest.mark.parametrize("raw", [None, "", "yesterday", 5])
def test_what_is_no_time_is_none(raw: object) -> None:
    assert instant(raw) is None


def test_a_trace_goes_on_with_a_span_of_its_own() -> None:
    child = trace_context.child(PARENT)
    assert child.split("-")[1] == PARENT.split("-")[1]
    assert child.split("-")[2] != PARENT.split("-")[2]


@pytest.mark.parametrize(
    "parent", [None, "", "junk", "00-" + "0" * 32 + "-b7ad6b7169203331-01", PARENT.upper()]
)
def test_a_trace_that_can_not_be_read_begins_anew(parent: str | None) -> None:
    assert trace_context.TRACEPARENT.fullmatch(trace_context.child(parent))


@given(texts())
def test_a_header_is_ascii_and_can_be_read_back(value: str) -> None:
    header = Outgoing("t", {"id": value}, b"").headers()["ce-id"]
    assert header.isascii()
    assert header.isprintable()
    assert unquote(header) == value


def test_a_dead_letter_keeps_the_event_and_drops_what_transport_added() -> None:
    attributes = {"specversion": "1.0", "id": "e1", "source": "/s", "type": "t", "knativekafkaoffset": "7"}
    letter = dead_letter(
        attributes, b"data", function="triage", reason="schema", error="bad\nfield", attempts=2
    )
    assert letter.attributes == {
        "specversion": "1.0",
        "id": "e1",
        "source": "/s",
        "type": "t",
        "deadletterreason": "schema",
        "deadlettererror": "bad field",
        "deadletterattempts": "2",
        "deadletterconsumer": "triage",
    }
    assert (letter.topic, letter.data) == ("learnflow.dead-letter", b"data")


@given(texts())
def test_an_error_is_one_line_of_ascii(text: str) -> None:
    line = printable(text)
    assert line.isascii()
    assert "\n" not in line
