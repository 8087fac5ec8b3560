"""Lists that no test hands in empty."""

from __future__ import annotations

import pytest

from functions.exercise.authored.empties import untested
from functions.grading.checks import Test

SOLUTION = "def f(n, row):\n    return n in row\n\nclass Box:\n    pass\n"


def found(*calls: str) -> list[str]:
    return [
        one.input.source for one in untested([Test(name=c, kind="call", source=c) for c in calls], SOLUTION)
    ]


@pytest.mark.parametrize(
    ("call", "emptied"),
    [
        ("f(1, [1, 2])", "f(1, [])"),
        ("f(1, (1,))", "f(1, ())"),
        ("f(1, {1: 2})", "f(1, {})"),
        ("f(1, {1, 2})", "f(1, set())"),
        ("not f(1, [2])", "not f(1, [])"),
    ],
)
def test_a_place_that_is_never_empty_is_emptied(call: str, emptied: str) -> None:
    assert found(call) == [emptied]


@pytest.mark.parametrize(
    "calls",
    [
        ("f(1, [1])", "f(1, [])"),
        ("f(1, {1})", "f(2, set())"),
        ("f(1, 'abc')",),
        ("Box([1])",),
        ("f([1, 2][0], 'a')",),
        ("f(1, (0, 1))", "f(2, (3, 4))", "f(3, (5, 6))"),
    ],
)
def test_what_is_empty_somewhere_or_has_a_shape_is_left_alone(calls: tuple[str, ...]) -> None:
    assert found(*calls) == []


def test_the_wrong_program_begins_with_the_first_item() -> None:
    [one] = untested([Test(name="t", kind="call", source="f(1, {1: 2})")], SOLUTION)
    assert "    first = list(row)[0]\n    return n in row" in one.program
