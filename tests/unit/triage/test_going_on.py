"""A message is understood in its conversation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from events.models import QuerySubmitted
from functions.conversation.state import State, Turn, fold
from functions.knowledge.checks import Check
from functions.knowledge.judging import checks
from functions.triage.classifier import classify
from functions.triage.going import Going
from functions.triage.going_on import conversation, go_on, is_answer, picked
from functions.triage.reading import code_in

ID = UUID(int=3)
SETS = State(kind="concept", asked="what is a set", concept="sets")
CODE = "a = 3\nfor i in range(a):\n    print(i)\n"
PROGRAM = State(kind="explanation", asked="what does it do", code=CODE)
HINT = State(kind="hint", asked="it is wrong", code=CODE, error="ValueError: x")
OPEN = next(iter(checks()))
THREE = Check("How many are printed?", "value", "3")


def query(text: str, **more: Any) -> QuerySubmitted:
    return QuerySubmitted(
        message_id=ID, conversation_id=ID, student_id=ID, text=text, level="beginner", **more
    )


def going(text: str, state: State, **more: Any) -> Going | None:
    asked = query(text, **more)
    return go_on(asked, classify(asked), state)


@pytest.mark.parametrize("text", ["make it easier please", "huh?", "noch ein Beispiel bitte", "why though"])
def test_what_goes_on_stays_with_the_concept(text: str) -> None:
    found = going(text, SETS)
    assert found is not None and found.follow_up is not None
    assert (found.intent.kind, found.intent.concept, found.intent.topic) == (
        "concept",
        "sets",
        "data-structures",
    )


@pytest.mark.parametrize("text", ["shorter", "and line 2?", "what if a is 5", "I don't follow", "sketch it"])
def test_what_goes_on_from_a_program_is_about_that_program(text: str) -> None:
    found = going(text, PROGRAM)
    assert found is not None and found.explains_code and found.intent.code == CODE


@pytest.mark.parametrize("text", ["one more hint", "still don't get it", "is it right now?", "but why?"])
def test_what_goes_on_from_a_hint_goes_to_whoever_gave_it_with_the_program_of_before(text: str) -> None:
    found = going(text, HINT)
    assert found is not None and (found.intent.kind, found.intent.code) == ("debug", CODE)
    assert found.intent.error == "ValueError: x"


def test_the_run_of_a_program_can_be_looked_at_after_a_hint() -> None:
    found = going("step by step please", HINT)
    assert found is not None and found.explains_code and found.intent.code == CODE


@pytest.mark.parametrize("text", ["3", "it is 3", "three", "I'd say 2 because of that"])
def test_the_answer_to_the_tutors_question_is_heard(text: str) -> None:
    assert is_answer(text, THREE, replied=False)


@pytest.mark.parametrize(
    "text",
    ["what is a tuple?", "thanks", "give me an exercise on 5 loops", "why?", "simpler", "show me 3 more"],
)
def test_an_open_question_takes_no_other_message_for_its_answer(text: str) -> None:
    assert not is_answer(text, THREE, replied=False)


def test_what_was_sent_as_a_reply_is_an_answer_unless_it_asks() -> None:
    assert is_answer("the loop decides that", THREE, replied=True)
    assert not is_answer("what do you mean by printed?", THREE, replied=True)


def test_a_reply_to_an_older_question_is_judged_by_that_one() -> None:
    state = State(kind="concept", asked="?", concept="sets", checks=((UUID(int=9), OPEN),))
    asked = query("some words", in_reply_to=UUID(int=9))
    found = go_on(asked, classify(asked), state)
    assert found is not None and found.follow_up == "answer_to_check"
    told = conversation(asked, state)
    assert told is not None and told.open_check == OPEN


@pytest.mark.parametrize(
    "text",
    ["could you explain that to me", "what will come out", "why is a = 3 needed", "Was macht das Programm?"],
)
def test_a_question_about_a_program_that_came_along_is_for_the_explainer(text: str) -> None:
    found = going(text, State(), code=CODE)
    assert found is not None and found.explains_code and found.intent.kind == "concept"


@pytest.mark.parametrize(
    "text", ["why doesn't it work?", "please review this", "give me an exercise like it"]
)
def test_a_call_for_help_a_review_and_an_exercise_stay_what_they_are(text: str) -> None:
    assert going(text, State(), code=CODE) is None


def test_a_program_with_its_error_is_a_call_for_help() -> None:
    assert (
        going("what does this mean", State(), code=CODE, error="NameError: name 'x' is not defined") is None
    )


def test_a_program_that_is_not_shown_is_asked_for() -> None:
    found = going("what does my next_turn function do?", State())
    assert found is not None and found.explains_code and found.intent.code is None


def test_the_first_message_goes_on_from_nothing() -> None:
    assert going("what is a set?", State()) is None
    assert conversation(query("what is a set?"), State()) is None


@pytest.mark.parametrize("text", ["2", "The second", "(2)"])
def test_a_choice_can_be_picked_by_its_label_or_number(text: str) -> None:
    state = State(
        kind="concept", choices=(("The first", "what is a list?"), ("The second", "what is a set?"))
    )
    assert picked(query(text), state).text == "what is a set?"


def test_a_line_of_the_shown_example_is_explained() -> None:
    parts = [{"kind": "code", "text": CODE}]
    turn = Turn(
        "what is range", answer={"agent": "concepts", "kind": "concept", "concept": "range", "parts": parts}
    )
    found = going("what does line 2 do?", fold([turn], code_in))
    assert found is not None and found.explains_code and found.intent.code == CODE


@pytest.mark.parametrize("text", ["and in italian", "in Portuguese?", "how do I empty one", "so why twice"])
def test_a_question_and_a_wish_for_a_language_are_no_answers_to_the_check(text: str) -> None:
    asked = query(text)
    found = go_on(asked, classify(asked), State(**{**_fields(SETS), "open_check": OPEN}))
    assert found is None or found.follow_up != "answer_to_check"


@pytest.mark.parametrize(
    "text", ["how do i shrink it back down", "do they ever get lost?", "who came up with it"]
)
def test_what_nothing_else_knows_is_asked_of_what_the_talk_is_about(text: str) -> None:
    found = going(text, SETS)
    assert found is not None and (found.follow_up, found.intent.concept) == ("about", "sets")


def _fields(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in State.__dataclass_fields__}
