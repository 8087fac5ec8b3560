"""A check question carries an answer that a machine can judge."""

from __future__ import annotations

import pytest

from functions.knowledge.checks import Check, read_check


def test_a_question_alone_is_one_that_no_machine_can_judge() -> None:
    assert read_check(" Why? ") == Check("Why?", kind="open")


def test_a_table_says_how_an_answer_is_judged() -> None:
    told = {"question": "What is `7 // 2`?", "kind": "value", "answer": 3, "why": "It cuts off."}
    assert read_check(told) == Check("What is `7 // 2`?", kind="value", answer="3", why="It cuts off.")


def test_a_kind_that_nobody_can_judge_is_refused() -> None:
    with pytest.raises(KeyError):
        read_check({"question": "?", "kind": "guess", "answer": "", "why": ""})
