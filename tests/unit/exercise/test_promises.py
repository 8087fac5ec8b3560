"""What a task promises of its lists: made inputs keep it."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.exercise.inputs import more_inputs
from functions.exercise.promises import kept, promised
from functions.grading.checks import Test

SOLUTION = "def place(x, row): return 7"
PEOPLE = "Each person is a tuple (name, age). You may assume that no two of them are of the same age."


def calls(*sources: str) -> list[Test]:
    return [Test(name=source, kind="call", source=source) for source in sources]


SORTED = calls("place(3, [1, 5, 9])", "place(0, (2, 4, 6, 8))", "place(7, [1, 2, 3])", "place(1, [])")


@given(st.integers(0, 300))
def test_lists_that_are_always_in_order_stay_in_order(seed: int) -> None:
    for test in more_inputs(SORTED, SOLUTION, 6, seed):
        row = second(test.source)
        assert list(row) == sorted(row)


@pytest.mark.parametrize(
    "tests", [calls("place(3, [1, 5, 9])", "place(0, [2, 4, 6])"), [*SORTED, *calls("place(2, [3, 1, 2])")]]
)
def test_few_lists_or_one_out_of_order_promise_nothing(tests: list[Test]) -> None:
    assert not promised(tests, "").ordered


@pytest.mark.parametrize(
    ("text", "promises"),
    [
        ("It takes a number and a sorted list.", True),
        ("The list is already sorted.", True),
        ("Find the place of x in an ascending tuple.", True),
        ("A binary search.", True),
        ("Return the sorted list of them.", False),
        ("Write a function that returns a new sorted list.", False),
        ("Add them.", False),
    ],
)
def test_the_text_may_promise_order_for_a_single_list(text: str, promises: bool) -> None:
    assert bool(promised(SORTED[:1], text).ordered) is promises


@given(st.integers(0, 300))
def test_what_the_text_says_never_repeats_never_repeats(seed: int) -> None:
    """The ages differ in every test, and the names need not."""
    tests = calls("oldest([('Ann', 3), ('Ann', 5), ('Bo', 4)])", "oldest([('Bo', 1)])")
    for test in more_inputs(tests, "def oldest(people): return people[0]", 6, seed, PEOPLE):
        ages = [age for _, age in ast.literal_eval(argument(test.source, 0))]
        assert len(ages) == len(set(ages))


def test_without_such_words_repeats_may_come() -> None:
    tests = calls("total([1, 2, 3])")
    assert not promised(tests, "Add them all.").distinct
    assert promised(tests, "All numbers are distinct.").distinct == {("total/0", None)}


def test_a_call_without_promises_stays_as_it_is() -> None:
    assert kept("f([3, 1, 1], 'x')", promised([], "")) == "f([3, 1, 1], 'x')"


def argument(call: str, number: int) -> ast.expr:
    parsed = ast.parse(call, mode="eval").body
    assert isinstance(parsed, ast.Call)
    return parsed.args[number]


def second(call: str) -> list[int]:
    return list(ast.literal_eval(argument(call, 1)))
