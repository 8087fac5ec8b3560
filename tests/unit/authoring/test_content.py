"""What a teacher writes: values filled in, and what of it cannot be right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.authoring.checking import faults, without_empty
from functions.authoring.content import Authored, AuthoredTest, fill


def exercise(*tests: AuthoredTest, **more: Any) -> Authored:
    fields: dict[str, Any] = {
        "title": "T",
        "topic": "basics",
        "difficulty": "easy",
        "instructions": "Do it.",
        "starter_code": "",
        "solution": "x = 1",
    }
    return Authored(**fields | more, tests=tests)


def called(**more: Any) -> AuthoredTest:
    fields: dict[str, Any] = {"name": "t", "kind": "call", "call": "f(1)", "expected": "1"}
    return AuthoredTest(**fields | more)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("$n eggs", "3 eggs"),
        ("${n}rd", "3rd"),
        ("$nr", "$nr"),
        ("costs $5", "costs $5"),
        ("$other and $", "$other and $"),
        ("f'{n}$n'", "f'{n}3'"),
    ],
)
def test_a_value_stands_for_its_name_and_other_dollars_stay(text: str, filled: str) -> None:
    assert fill(text, {"n": "3"}) == filled


@given(st.text())
def test_a_text_without_values_stays_as_it_is(text: str) -> None:
    assert fill(text, {}) == text


def test_each_row_of_the_table_has_one_value_of_each_column() -> None:
    assert exercise(values={"a": ["1", "2"], "b": ["x", "y"]}).rows == [
        {"a": "1", "b": "x"},
        {"a": "2", "b": "y"},
    ]
    assert exercise().rows == [{}]


@pytest.mark.parametrize(
    ("test", "field"),
    [
        (called(call="f(", expected="1"), "call"),
        (called(call=None), "call"),
        (called(call="x = 1"), "call"),
        (called(expected="f(1)"), "expected"),
        (called(expected=None), "expected"),
        (called(stdin="1"), "stdin"),
        (called(stdout="1"), "stdout"),
        (called(expected=None, raises="not an error"), "raises"),
        (called(expected=None, raises="len"), "raises"),
        (AuthoredTest(name="t", kind="program", stdin="1"), "stdout"),
        (AuthoredTest(name="t", kind="program", stdout="1", expected="1"), "expected"),
    ],
)
def test_the_field_that_is_wrong_is_named(test: AuthoredTest, field: str) -> None:
    assert [fault.field for fault in faults(exercise(test))] == [("tests", 0, field)]


@pytest.mark.parametrize(
    "test",
    [
        called(),
        called(call="Box(3).open()['a'][0]", expected="{'a': (1, 2.5, None)}"),
        called(expected=None, raises="ValueError"),
        called(expected=None, raises="EmptyBox"),
        called(expected=None, stdout="Hi\n"),
        AuthoredTest(name="t", kind="program", stdout="Hi"),
        AuthoredTest(name="t", kind="program", stdin="", stdout=""),
    ],
)
def test_what_may_be_right_has_no_fault(test: AuthoredTest) -> None:
    assert faults(exercise(test)) == []


def test_a_call_is_read_as_it_is_in_each_row() -> None:
    """Only the table makes an expression of it, and what comes of it may be left to the solution."""
    test = called(call="f($n)", expected=None)
    assert faults(exercise(test, values={"n": ["1", "[2, 3]"]})) == []
    assert [fault.message for fault in faults(exercise(test, values={"n": ["1", ")"]}))] == [
        "is not a Python expression: `f())`"
    ]


@pytest.mark.parametrize(
    "values",
    [{"n": []}, {"a": ["1"], "b": ["1", "2"]}, {"two words": ["1"]}, {"for": ["1"]}, {"n": ["1"] * 13}],
)
def test_a_table_has_whole_rows_and_names(values: dict[str, list[str]]) -> None:
    assert {fault.field[0] for fault in faults(exercise(called(), values=values))} == {"values"}


def test_empty_fields_of_the_other_kind_count_as_left_out() -> None:
    assert without_empty(called(stdin="", stdout="")) == called()
    program = AuthoredTest(name="t", kind="program", stdin="", stdout="Hi")
    full = AuthoredTest(name="t", kind="program", stdin="", stdout="Hi", call="", expected="", raises="")
    assert without_empty(full) == program
