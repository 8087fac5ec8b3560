"""Trials change one thing of a program, and leave its lines where they were."""

from __future__ import annotations

import pytest

from functions.analysis import trials
from functions.analysis.observation import Call
from functions.analysis.typed_inputs import inputs_for

CODE = """\
def top(nums):
    best = nums[0]
    for n in nums:
        if n > best:
            best = n
    return best

row = [3, 8]
print(top(row))
"""
CALLS = (Call("top", 1, {"nums": "[3, 8]"}, 9, "8"),)


def test_a_statement_is_taken_out_with_its_block_and_no_line_moves() -> None:
    bare = trials.without(CODE, 3)
    assert (
        bare is not None and bare.splitlines()[2] == "    pass" and bare.splitlines()[5] == "    return best"
    )
    assert trials.without(CODE, 7) is None


def test_a_line_moves_into_the_block_before_it() -> None:
    moved = trials.moved_in(CODE, 6)
    assert moved is not None and moved.splitlines()[5] == "        return best"


def test_a_variable_gets_another_first_value() -> None:
    assert (trials.with_value(CODE, "row", "[]") or "").splitlines()[7] == "row = []"
    assert trials.with_value(CODE, "best", "0") is None


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("what if it's empty?", "top([])"),
        ("and with only negative numbers", "top([-3, -8])"),
        ("what if there is just one item", "top([3])"),
        ("what happens with [5, 5, 1]", "top([5, 5, 1])"),
        ("what does top([9]) give", "top([9])"),
        ("what if all are the same", "top([3, 3])"),
        ("what if it rains", None),
    ],
)
def test_the_call_that_a_what_if_speaks_of(text: str, call: str | None) -> None:
    assert trials.call_for(text, CALLS, trials.functions_of(CODE)) == call


@pytest.mark.parametrize(
    ("text", "like", "value"),
    [
        ("an empty word", "'ab'", '""'),
        ("zero", "4", "0"),
        ("a negative number", "4", "-4"),
        ("no items", "(1, 2)", "()"),
        ("nothing", "4", None),
    ],
)
def test_a_wished_value_is_of_the_kind_of_the_old_one(text: str, like: str, value: str | None) -> None:
    assert trials.wished_value(text, like) == value


def test_another_call_has_other_values() -> None:
    assert trials.another_call(CALLS, trials.functions_of(CODE)) == "top([8, 3, 3])"


def test_what_is_typed_fits_the_question_and_what_is_waited_for() -> None:
    assert inputs_for("print(1)") == ""
    assert inputs_for("n = int(input('n? '))\nprint(n)") == "4\n"
    assert inputs_for("name = input('Your name: ')") == "Ada\n"
    typed = inputs_for(
        "while True:\n    word = input('> ')\n    if word == 'stop':\n        break\n"
    ).splitlines()
    assert "stop" in typed and typed[0] != "stop"
