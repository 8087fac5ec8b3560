"""Quizzes and exercises are a part of the conversation: wished for, answered, asked about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from events.models import ProgressAsked, QuerySubmitted, ResponseProduced
from functions.answers.answer import markdown
from functions.conversation.state import NOTHING, State, Turn, fold
from functions.knowledge.skills import skill_in
from functions.triage.classifier import classify
from functions.triage.going import Going
from functions.triage.going_on import go_on, picked
from functions.triage.reading import code_in
from tests.eval.conversing import Talk

ID = UUID(int=4)
QUIZ = State(kind="quiz", asked="quiz me", quiz_id=ID, choices=(("A. `3`", "A"), ("B. `4`", "B")))
TASK = "### The tallest\n\nWrite `tallest(heights)`. It gives back the largest height. An empty list gives 0."
EXERCISE = State(kind="exercise", asked="an exercise please", exercise_id=ID, task=TASK)


def going(text: str, state: State, **more: Any) -> Going | None:
    query = QuerySubmitted(
        message_id=ID, conversation_id=ID, student_id=ID, text=text, level="beginner", **more
    )
    query = picked(query, state)
    return go_on(query, classify(query), state)


@pytest.mark.parametrize(
    "text",
    [
        "Quiz me on loops",
        "test me on files please",
        "can I have a quiz about classes?",
        "another quiz",
        "quiz!",
    ],
)
def test_a_wish_for_a_quiz_begins_one(text: str) -> None:
    found = going(text, NOTHING)
    assert found is not None and (found.intent.kind, found.wish) == ("progress", "quiz")


@pytest.mark.parametrize(
    "text", ["what did I get wrong?", "show me my mistakes in the quiz", "which questions did I have wrong"]
)
def test_what_was_wrong_is_asked_of_the_last_quiz(text: str) -> None:
    found = going(text, NOTHING)
    assert found is not None and found.wish == "mistakes"


@pytest.mark.parametrize(
    "text",
    ["how do I write a quiz in python", "my quiz program crashes", "when is the quiz?", "test my code"],
)
def test_the_word_quiz_alone_begins_none(text: str) -> None:
    found = going(text, NOTHING)
    assert found is None or found.wish is None


@pytest.mark.parametrize("text", ["a", "B.", "2", "`4`", "B. `4`", "i don't know"])
def test_an_answer_to_a_quiz_goes_on_with_it(text: str) -> None:
    found = going(text, QUIZ)
    assert found is not None and (found.wish, found.quiz_id) == ("quiz_answer", ID)


@pytest.mark.parametrize("text", ["what is a tuple?", "give me an exercise on sets", "stop"])
def test_a_question_beside_a_quiz_is_a_question(text: str) -> None:
    found = going(text, QUIZ)
    assert found is None or found.wish is None


@pytest.mark.parametrize("text", ["is it right now?", "a hint please", "I'm stuck", "how do I start?"])
def test_help_after_an_exercise_is_help_with_that_exercise(text: str) -> None:
    found = going(text, EXERCISE)
    assert found is not None and (found.intent.kind, found.exercise_id) == ("debug", ID)


def test_a_program_after_an_exercise_is_held_against_its_tests() -> None:
    found = going("is this right?", EXERCISE, code="def tallest(heights):\n    return heights[0]")
    assert found is not None and (found.intent.kind, found.exercise_id) == ("debug", ID)


@pytest.mark.parametrize(
    "text", ["what do I have to do?", "I don't understand the exercise", "explain the task"]
)
def test_the_task_is_told_again_step_by_step(text: str) -> None:
    found = going(text, EXERCISE)
    assert found is not None and "1. Write `tallest(heights)`.\n2. It gives back" in markdown(found.parts)


@pytest.mark.parametrize("text", ["what is a list?", "give me an easier one", "thanks"])
def test_other_messages_after_an_exercise_stand_for_themselves(text: str) -> None:
    found = going(text, EXERCISE)
    assert found is None or found.exercise_id is None


def test_the_state_keeps_quiz_and_task() -> None:
    exercise = {
        "agent": "exercise",
        "kind": "exercise",
        "exercise_id": str(ID),
        "parts": [{"kind": "text", "text": TASK}],
    }
    quiz = {"agent": "progress", "kind": "quiz", "quiz_id": str(ID), "parts": []}
    state = fold([Turn("an exercise please", answer=exercise), Turn("quiz me", answer=quiz)], code_in)
    assert (state.task, state.exercise_id, state.quiz_id, state.kind) == (TASK, ID, ID, "quiz")


async def test_a_reading_that_was_offered_can_be_picked_by_its_number() -> None:
    talk = Talk()
    offered = await talk.say("the thing with the stuff")
    assert isinstance(offered, ResponseProduced) and offered.choices
    assert not isinstance(await talk.say("1"), ProgressAsked | ResponseProduced)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("an exercise on nested lists", "nested-data"),
        ("something with yield", "generators"),
        ("practise binary search please", "searching"),
        ("give me a task with *args", "variable-arguments"),
        ("an exercise on while loops", None),
    ],
)
def test_a_wish_for_practice_names_its_skill(text: str, skill: str | None) -> None:
    assert skill_in(text) == skill
