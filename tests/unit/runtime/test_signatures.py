"""A signature survives the way through Knative and nothing else does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models import CodeSubmitted
from functions.runtime.dead_letters import dead_letter
from functions.runtime.envelope import DEAD_LETTER, Outgoing, outgoing
from functions.runtime.errors import ConfigurationError, Forged
from functions.runtime.signatures import EXTENSION, SIGNED, Signatures, canonical, fingerprint

OLD, NEW = "old:" + "o" * 32, "new:" + "n" * 32
STUDENT = UUID("6c1f9c0e-6a0f-4f0e-9d3c-0b6f3a5d8e11")
NOW = datetime(2026, 11, 24, 20, 24, 38, 120_000, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


def signatures(keys: str = NEW, mode: str = "require") -> Signatures:
    return Signatures.read({"LEARNFLOW_EVENT_KEYS": keys, "LEARNFLOW_EVENT_SIGNATURES": mode})


def event(code: str = "print(1)", cause: str = "e1", now: datetime = NOW) -> Outgoing:
    return outgoing(
        CodeSubmitted(submission_id=STUDENT, student_id=STUDENT, code=code),
        event_id="e2",
        function="gateway",
        now=now,
        correlation_id="c1",
        causation_id=cause,
        traceparent=None,
    )


def received(sent: Outgoing) -> dict[str, Any]:
    """Do to the attributes what the way through KafkaSink and KafkaSource does to them."""
    named = {name.removeprefix("ce-"): value for name, value in sent.headers().items()}
    named["datacontenttype"] = named.pop("content-type")
    moment = datetime.fromisoformat(named["time"]).astimezone(UTC)
    fraction = f".{moment.microsecond:06d}".rstrip("0").rstrip(".")
    return {
        **named,
        "time": f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z",  # as Java's OffsetDateTime is written
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
        "knativekafkapartition": "1",
        "knativekafkaoffset": "2",
        "replay": "true",
    }


@given(cause=texts, minutes=st.integers(0, 10_000_000), micro=st.integers(0, 999_999))
def test_an_event_of_ours_is_known_at_the_other_end(cause: str, minutes: int, micro: int) -> None:
    sent = signatures().sign(event(cause=cause, now=NOW + timedelta(minutes=minutes, microseconds=micro)))
    signatures().check(received(sent), sent.data)
    decoded = {name: unquote(value) for name, value in received(sent).items()}
    signatures().check(decoded, sent.data)


@pytest.mark.parametrize("name", [name for name in SIGNED if name != "specversion"])
def test_an_attribute_that_was_changed_is_noticed(name: str) -> None:
    sent = signatures().sign(event())
    changed = "2026-11-24T20:24:39Z" if name == "time" else "another"
    with pytest.raises(Forged, match="another event"):
        signatures().check(received(sent) | {name: changed}, sent.data)
    with pytest.raises(Forged):
        signatures().check({k: v for k, v in received(sent).items() if k != name}, sent.data)


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "partitionkey"])
def test_another_spelling_of_an_attribute_is_no_second_event(name: str) -> None:
    sent = signatures().sign(event())
    spelled = f"%{ord(sent.attributes[name][0]):02x}{sent.attributes[name][1:]}"
    with pytest.raises(Forged, match="another event"):
        signatures().check(received(sent) | {name: spelled}, sent.data)


@given(st.binary(max_size=200))
def test_data_that_was_changed_is_noticed(data: bytes) -> None:
    sent = signatures().sign(event())
    if data != sent.data:
        with pytest.raises(Forged):
            signatures().check(received(sent), data)


def test_nothing_can_move_from_one_attribute_to_the_next() -> None:
    pairs = [("ab", "c"), ("a", "bc"), ("abc", None), (None, "abc"), ("abc", ""), ("", "abc"), ("-,", None)]
    assert len({canonical({"id": one, "source": two}, b"") for one, two in pairs}) == len(pairs)
    assert canonical({"causationid": "a"}, b"b") != canonical({"causationid": "ab"}, b"")


def test_an_unsigned_event_is_accepted_only_where_it_is_said() -> None:
    bare = received(event())
    signatures(mode="accept-unsigned").check(bare, b"")
    Signatures.read({}).check(bare, b"")
    with pytest.raises(Forged) as caught:
        signatures().check(bare, b"")
    assert caught.value.code == "unsigned"


def test_a_wrong_signature_is_refused_where_unsigned_events_are_accepted() -> None:
    sent = signatures(OLD).sign(event())
    for given_ in (sent.attributes[EXTENSION], "", "1.new.", "größer", 5):
        with pytest.raises(Forged) as caught:
            signatures(mode="accept-unsigned").check(received(sent) | {EXTENSION: given_}, sent.data)
        assert caught.value.code == "signature"


def test_keys_are_changed_while_both_kinds_of_events_are_on_their_way() -> None:
    before, adding, signing, after = OLD, f"{OLD},{NEW}", f"{NEW}, {OLD}", NEW
    for here, there in (
        (before, adding),
        (adding, before),
        (adding, signing),
        (signing, adding),
        (signing, after),
    ):
        sent = signatures(here).sign(event())
        signatures(there).check(received(sent), sent.data)
    with pytest.raises(Forged):
        signatures(after).check(received(signatures(before).sign(event())), event().data)


def test_a_dead_letter_keeps_the_signature_it_came_with() -> None:
    came = received(signatures(OLD).sign(event()))
    letter = dead_letter(came, b"", function="triage", reason="signature", error="", attempts=1)
    assert letter.topic == DEAD_LETTER
    assert signatures().sign(letter).attributes[EXTENSION] == came[EXTENSION]
    del came[EXTENSION]
    letter = dead_letter(came, b"", function="triage", reason="unsigned", error="", attempts=1)
    assert EXTENSION not in signatures().sign(letter).attributes


def test_forgeries_are_told_apart_by_their_content() -> None:
    sent = received(event())
    again = fingerprint(sent | {"knativekafkaoffset": "3"}, b"x")
    assert fingerprint(sent, b"x") == again
    assert len({again, fingerprint(sent, b"y"), fingerprint(sent | {EXTENSION: "z"}, b"x")}) == 3


@pytest.mark.parametrize(
    "keys",
    [
        "secret",
        "a:short",
        f"A:{'x' * 32}",
        f"a:{'x' * 32},",
        f"a:{'x' * 32},a:{'y' * 32}",
        f"a:{'x' * 32} y:",
    ],
)
def test_wrong_keys_are_refused_without_being_told(keys: str) -> None:
    with pytest.raises(ConfigurationError, match="LEARNFLOW_EVENT_KEYS: expected id:secret") as caught:
        signatures(keys)
    assert not re.search(r"x{8}|y{8}|short|secret$", str(caught.value))


def test_a_mode_needs_keys_and_has_to_be_known() -> None:
    with pytest.raises(ConfigurationError, match="require needs LEARNFLOW_EVENT_KEYS"):
        Signatures.read({"LEARNFLOW_EVENT_SIGNATURES": "require"})
    with pytest.raises(ConfigurationError, match="expected off, accept-unsigned, require"):
        signatures(mode="on")
    assert Signatures.read({"LEARNFLOW_EVENT_KEYS": NEW}).mode == "require"
    assert signatures(mode="off").sign(event()).attributes.get(EXTENSION) is None


def test_keys_do_not_show_in_logs() -> None:
    assert "nnnn" not in repr(signatures())
