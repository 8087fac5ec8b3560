"""The state of a conversation is a fold over its messages and answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from functions.conversation.state import MAX_GIVEN, MAX_SHIFT, State, Turn, fingerprint, fold

M = UUID(int=1)


def no_code(_: str) -> None:
    return None


def told(kind: str = "concept", concept: str | None = "sets", **more: Any) -> dict[str, Any]:
    parts = [{"kind": "text", "text": "A set holds each value once."}, {"kind": "code", "text": "print({1})"}]
    return {"agent": "concepts", "kind": kind, "concept": concept, "parts": parts, **more}


def after(*turns: Turn) -> State:
    return fold(turns, no_code)


def test_it_is_about_what_was_answered_last() -> None:
    state = after(Turn("what is a set", answer=told()), Turn("and tuples?", answer=told(concept="tuples")))
    assert (state.kind, state.concept) == ("concept", "tuples")


def test_a_question_that_is_not_answered_yet_counts_by_its_words() -> None:
    assert after(Turn("how do while loops work")).concept == "while-loop"


def test_thanks_change_neither_the_subject_nor_the_open_question() -> None:
    asked = told(check={"question": "How many?", "kind": "value"})
    state = after(
        Turn("what is a set", answer=asked), Turn("thanks", answer={"agent": "triage", "kind": "chat"})
    )
    assert (state.kind, state.concept, state.open_check) == ("concept", "sets", "How many?")


def test_the_tutors_own_question_is_open_until_it_is_answered_or_the_subject_changes() -> None:
    asked = Turn("what is a set", answer=told(check={"question": "How many?", "kind": "value"}), message_id=M)
    assert after(asked).open_check == "How many?"
    state = after(asked, Turn("simpler", answer=told()))
    assert state.open_check == "How many?" and dict(state.checks) == {M: "How many?"}
    verdict = {**told(), "parts": [{"kind": "text", "text": "**Right!** Each value once."}]}
    assert after(asked, Turn("2", answer=verdict)).open_check is None
    assert after(asked, Turn("what is a class", answer=told(concept="classes"))).open_check is None


def test_simpler_and_deeper_add_up_until_there_is_a_new_subject() -> None:
    first = Turn("what is a set", answer=told())
    assert after(first, Turn("too hard", answer=told()), Turn("even easier", answer=told())).level_shift == -2
    assert after(first, Turn("more detail", answer=told())).level_shift == 1
    other = Turn("what is a class", answer=told(concept="classes"))
    assert after(first, Turn("simpler", answer=told()), other).level_shift == 0


def test_a_program_stays_until_another_comes() -> None:
    shown = Turn("what does this do", code="x = 1", answer=told("explanation", None))
    state = after(shown, Turn("shorter", answer=told("explanation", None)))
    assert state.code == "x = 1" and state.is_of_program
    assert after(shown, Turn("and this", code="y = 2", answer=told("explanation", None))).code == "y = 2"


def test_a_claim_is_kept() -> None:
    hint = told("hint", None)
    state = after(
        Turn("it prints 3 but should print 4", code="print(3)", answer=hint), Turn("help", answer=hint)
    )
    assert state.claim == "it prints 3 but should print 4"


def test_a_wished_language_stays() -> None:
    turns = (
        Turn("what is a set", answer=told()),
        Turn("in Polish please", answer=told()),
        Turn("why?", answer=told()),
    )
    assert after(*turns).language == "pl"


def test_what_was_shown_is_known_again() -> None:
    state = after(Turn("what is a set", answer=told()))
    assert fingerprint("print({1})") in state.given and state.example == "print({1})"
    assert fingerprint("A set holds\n each value  once.") in state.given


def test_answers_of_before_had_no_kind() -> None:
    state = after(Turn("what is a set", answer={"agent": "concepts", "parts": []}))
    assert (state.kind, state.concept) == ("concept", "sets")


@given(
    st.lists(
        st.sampled_from(["simpler", "more detail", "why?", "what is a set", "thanks", "huh?"]), max_size=40
    )
)
def test_the_state_is_bounded_whatever_is_said(texts: list[str]) -> None:
    state = after(*(Turn(text, answer=told()) for text in texts))
    assert abs(state.level_shift) <= MAX_SHIFT and len(state.given) <= MAX_GIVEN


def test_the_reading_that_was_picked_is_what_the_talk_goes_on_from() -> None:
    choices = [
        {"label": "It is about my program", "text": "It is about my program: the thing"},
        {"label": "Explain an idea of Python", "text": "Explain this to me: tuples"},
    ]
    offered = {"agent": "triage", "kind": "choice", "parts": [], "choices": choices}
    for picked in ("2", "Explain an idea of Python"):
        state = after(Turn("tuples thing", answer=offered), Turn(picked, answer=told(concept="tuples")))
        assert (state.asked, state.concept) == ("Explain this to me: tuples", "tuples")
