"""A check question carries an answer that a machine can judge."""

from __future__ import annotations

import ast

import pytest

from functions.knowledge.checks import Check, read_check
from functions.knowledge.library import DEPTHS, library

CHECKS = {
    **{
        f"{concept.id} ({depth})": concept.cards[depth].check
        for concept in library().concepts.values()
        for depth in DEPTHS
    },
    **{entry.id: entry.check for entry in library().entries.values() if entry.check is not None},
}


def test_a_question_alone_is_one_that_no_machine_can_judge() -> None:
    assert read_check(" Why? ") == Check("Why?", kind="open")


def test_a_table_says_how_an_answer_is_judged() -> None:
    told = {"question": "What is `7 // 2`?", "kind": "value", "answer": 3, "why": "It cuts off."}
    assert read_check(told) == Check("What is `7 // 2`?", kind="value", answer="3", why="It cuts off.")


def test_a_kind_that_nobody_can_judge_is_refused() -> None:
    with pytest.raises(KeyError):
        read_check({"question": "?", "kind": "guess", "answer": "", "why": ""})


def test_every_card_and_entry_asks_something_that_a_machine_can_judge() -> None:
    assert len(CHECKS) >= 3 * 52 + 450
    for name, check in CHECKS.items():
        assert check.kind != "open", name
        assert check.question.endswith(("?", ".", "!")) and check.answer and check.why, name


def test_the_answer_of_a_choice_is_one_of_its_choices() -> None:
    wrong = {name for name, c in CHECKS.items() if c.kind == "choice" and c.answer not in c.choices}
    assert wrong == set()
    assert {name for name, c in CHECKS.items() if c.kind == "choice" and len(c.choices) < 2} == set()


def test_a_text_says_which_words_make_an_answer_right_and_its_own_answer_is_right() -> None:
    for name, check in CHECKS.items():
        if check.kind == "text":
            said = check.answer.lower()
            groups = [[word.split("|") for word in group.lower().split()] for group in check.accepted]
            right = [all(any(one in said for one in word) for word in group) for group in groups]
            assert any(right), name


def test_a_value_is_a_literal_of_python() -> None:
    for check in CHECKS.values():
        if check.kind == "value":
            ast.literal_eval(check.answer)


def test_the_question_does_not_tell_its_answer() -> None:
    told = {
        name
        for name, c in CHECKS.items()
        if c.kind in ("value", "output") and f"is {c.answer}" in c.question.lower()
    }
    assert told == set()
