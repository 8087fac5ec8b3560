"""A program is told in words, and its variables by what they are for."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.analysis.line_words import lines_of
from functions.analysis.roles import roles


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ('name = ""', '`name` becomes `""`, an empty string'),
        ("seen = []", "`seen` becomes `[]`, an empty list"),
        ("last = items[-1]", "`last` becomes `items[-1]`, the last item"),
        (
            "age = int(input('Age? '))",
            "what the user types after reading `'Age? '`, turned into a whole number",
        ),
        ("x = x + 2", "`2` is added to `x`"),
        ("n //= 2", "`n` is divided by `2`, and the rest is dropped"),
        ("a, b = b, a", "`a` becomes `b` and `b` becomes `a`, all at once"),
        ("items.append(3)", "puts `3` at the end of `items`"),
        ("rex = Dog('Rex')", "makes a new object: `Dog('Rex')`; `rex` is its name"),
        ("points['ann'] = 3", "in `points`, `'ann'` gets `3`"),
        ("print(a, b)", "prints `a` and `b`"),
        ("assert x > 0", "stops with an AssertionError unless `x` is greater than `0`"),
        ("del x", "removes `x`"),
        ("import math", "makes `math` usable here"),
        (
            "squares = [n * n for n in row if n > 1]",
            "a list with `n * n` for each `n` in `row`, but only where",
        ),
    ],
)
def test_a_line_says_what_it_does(code: str, wanted: str) -> None:
    [line] = lines_of(code)
    assert wanted in line.words


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("if n % 2 == 0:", "checks whether `n` is even"),
        ("if n % 3 == 0:", "can be divided by `3` without a rest"),
        ("if not done:", "`done` is false or empty"),
        ("if 0 in row and x != y:", "`0` is in `row` and `x` is different from `y`"),
        ("while tries < 3:", "as long as `tries` is less than `3`"),
        ("while True:", "for ever, until something leaves the loop"),
        ("for i in range(5):", "`i` goes through the numbers from `0` to `4`"),
        ("for i in range(2, 10, 3):", "from `2` on, in steps of `3`, stopping before `10`"),
        ("for at, word in enumerate(words):", "`at, word` is the place and the item"),
        ("with open('a.txt') as f:", "it is closed by itself"),
    ],
)
def test_the_head_of_a_block_says_what_it_asks(head: str, wanted: str) -> None:
    assert wanted in lines_of(f"{head}\n    pass\n")[0].words


def test_lines_come_in_order_with_their_depth_and_without_docstrings() -> None:
    told = lines_of('def f(x):\n    """Double."""\n    if x:\n        return 2 * x\n    return 0\n')
    assert [(line.first, line.depth) for line in told] == [(1, 0), (3, 1), (4, 2), (5, 1)]


@pytest.mark.parametrize(
    ("body", "role"),
    [
        ("n += 1", "counter"),
        ("n = n + item", "gatherer"),
        ("n.append(item)", "collector"),
        ("if item < n:\n        n = item", "most_wanted"),
    ],
)
def test_a_variable_is_known_by_how_it_changes(body: str, role: str) -> None:
    found = {one.name: one.role for one in roles(ast.parse(f"n = 0\nfor item in items:\n    {body}\n"))}
    assert found == {"n": role, "item": "stepper"}


def test_a_text_that_grows_is_no_total() -> None:
    found = roles(ast.parse("s = ''\nfor c in word:\n    s += c\n"))
    assert ("s", "text") in [(one.name, one.role) for one in found]


@given(st.text(alphabet="abx=+-*/()[]{}:.,'\" \n\t01ifor", max_size=60))
def test_whatever_can_be_read_can_be_told(code: str) -> None:
    try:
        told = lines_of(code)
    except SyntaxError:
        return
    assert all(line.words and line.first >= 1 for line in told)
