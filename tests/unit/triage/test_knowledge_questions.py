"""What wants to be known is explained, what goes wrong is helped with; no stray word decides."""

from __future__ import annotations

import pytest

from functions.triage.classifier import classify
from functions.triage.training import query


@pytest.mark.parametrize(
    "text",
    [
        "counting vowels",
        "get todays date",
        "joining words with commas",
        "converting a string to a number",
        "how do i draw a circle",
        "How do I print a triangle of stars",
        "how do I repeat something 5 times",
        "how to measure how long my program takes",
        "turn a decimal into hex",
    ],
)
def test_what_the_library_answers_is_a_question_for_it_whatever_its_words(text: str) -> None:
    assert classify(query(text)).kind == "concept"


@pytest.mark.parametrize(
    "text", ["what is cython", "whats an ORM", "what does sharding mean", "explain raft"]
)
def test_what_a_thing_is_may_be_asked_of_things_nobody_here_knows(text: str) -> None:
    assert classify(query(text)).kind in ("concept", "unknown")


@pytest.mark.parametrize(
    "text",
    [
        "I get an error for the float in my drawing. What can I do?",
        "Good morning! the turtle doesn't move",
        "the paddles should bounce but they go through the wall",
        "I wrote draw_row and it keeps adding empty cells",
        "my cards keep coming back, can I ask why?",
        "Should I put the counter into the while loop of play_round?",
    ],
)
def test_what_goes_wrong_in_one_s_own_program_is_helped_with(text: str) -> None:
    assert classify(query(text)).kind == "debug"


@pytest.mark.parametrize(
    "text",
    [
        "Do you check the number of lives in the update function?",
        "How did you implement the second screen?",
        "What variable holds the winner in task 3?",
        "Give me a short explanation of what happens in task 2",
    ],
)
def test_a_question_about_a_program_that_is_not_there_asks_for_it(text: str) -> None:
    assert classify(query(text)).explains


@pytest.mark.parametrize("text", ["I use VS Code", "this is what I have", "main.py"])
def test_a_program_beside_idle_words_is_helped_with_and_not_rated(text: str) -> None:
    assert classify(query(text, "n = 5\nprint(n[0])")).kind == "debug"


@pytest.mark.parametrize(
    "text", ["how do I bake a cake", "write an essay about spring", "who won the world cup", "call my aunt"]
)
def test_what_is_of_another_subject_is_no_question_for_the_library(text: str) -> None:
    assert classify(query(text)).kind in ("off_topic", "unknown")


@pytest.mark.parametrize(
    "text",
    [
        "i feel like a complete failure, nothing i try works",
        "ich verstehe das einfach nicht",
        "j'y arrive jamais",
    ],
)
def test_who_is_down_on_themselves_is_met_with_a_kind_word(text: str) -> None:
    assert classify(query(text)).kind == "distress"


@pytest.mark.parametrize("text", ["what is monkey patching", "what are getters", "what is a sentinel value"])
def test_a_word_that_the_library_is_asked_with_is_no_slip_of_the_keyboard(text: str) -> None:
    assert classify(query(text)).kind == "concept"


@pytest.mark.parametrize(
    "text",
    [
        "Why should it be count + 1 instead of count on line 12?",
        "Did you use a flag to stop the outer loop?",
        "Are you sorting it before the loop?",
        "What values does the lives list have?",
    ],
)
def test_a_question_on_a_line_or_to_its_author_is_about_that_program(text: str) -> None:
    assert classify(query(text)).explains
