"""Dead letters: whatever an event was like, its letter is one that Knative and Kafka take."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from functions.runtime.dead_letters import DATA_LENGTH, FIRST, dead_letter, uri
from functions.runtime.errors import redacted, redacted_traceback
from tests.fuzz.events import MARK, TEXTS, TIMES
from tests.support.sinks import refusal
from tests.support.texts import texts

NAMES = st.sampled_from([*FIRST, "replay", "some_thing", "x" * 3000, "data"]) | texts(max_size=12)
VALUES = st.sampled_from(TEXTS + TIMES) | texts(max_size=3000) | st.integers() | st.none()


@given(st.dictionaries(NAMES, VALUES, max_size=20), texts(max_size=3000))
def test_a_letter_is_taken_whatever_its_event_was_like(attributes: dict[str, object], error: str) -> None:
    letter = dead_letter(attributes, b"", function="triage", reason="schema", error=error, attempts=1)
    headers = [(name.encode(), value.encode()) for name, value in letter.headers().items()]
    assert refusal(headers, letter.data) == 0


def test_data_that_fills_a_record_leaves_room_for_the_reason() -> None:
    attributes = dict.fromkeys(FIRST, "%" * 3000)
    letter = dead_letter(attributes, b"x" * 2**20, function="f", reason="r", error="%" * 900, attempts=1)
    headers = [(name.encode(), value.encode()) for name, value in letter.headers().items()]
    assert refusal(headers, letter.data) == 0
    assert len(letter.data) == DATA_LENGTH
    assert letter.attributes["deadletterclipped"].endswith("data")


def test_what_a_uri_may_have_stays_as_it_is() -> None:
    assert uri("/apis/v1/namespaces/n/kafkasources/k#learning.requests") == (
        "/apis/v1/namespaces/n/kafkasources/k#learning.requests"
    )
    assert uri("a b%20%zz<ü>") == "a%20b%20%25zz%3C%C3%BC%3E"


def test_an_error_is_told_without_what_it_quotes() -> None:
    try:
        try:
            int(MARK)
        except ValueError as error:
            raise KeyError(f"it's \"{MARK}\"\n'{MARK}'") from error
    except KeyError as error:
        assert redacted(error) == "KeyError: (hidden)"
        assert "ValueError: invalid literal for int() with base 10: (hidden)" in redacted_traceback(error)
        assert "int(MARK)" in redacted_traceback(error)
        assert MARK not in redacted_traceback(error)
    assert redacted(ValueError("ill")) == "ValueError: ill"
