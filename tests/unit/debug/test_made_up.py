"""Made-up input has the shape in which a program takes it apart."""

from __future__ import annotations

import pytest

from functions.debug.seen_values import made_up


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("n = input()", "3"),
        ("a, b = input('two').split()", "3 3"),
        ("a, b, c, d = map(int, input().split())", "3 3 3 3"),
        ("numbers = input().split()", "3 3 3"),
        ("x, y = [int(part) for part in input().split(' ')]", "3 3"),
    ],
)
def test_a_line_has_as_many_values_as_are_taken_out_of_it(code: str, first: str) -> None:
    assert made_up(code, "3").splitlines()[0] == first


def test_each_question_gets_its_own_shape_and_the_last_repeats() -> None:
    lines = made_up("n = input()\nwhile n:\n    a, b = input().split()", "3").splitlines()
    assert lines[0] == "3" and set(lines[1:]) == {"3 3"} and len(lines) > 5
