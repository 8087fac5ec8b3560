"""A program that only knows the examples is told from one that works something out."""

from __future__ import annotations

import pytest

from functions.grading.checks import Test
from functions.grading.pasted import pasted

VISIBLE = [
    Test(name="a", kind="call", source="double(3)", expected=6),
    Test(name="b", kind="call", source="double(10)", expected=20),
]
TYPED = [Test(name="a", kind="stdin", source="Ada\n", expected="Hi, Ada\n")]


@pytest.mark.parametrize(
    "code",
    [
        "def double(n):\n    if n == 3:\n        return 6\n    return 20\n",
        "def double(n):\n    if n == 3:\n        return 6\n    elif n == 10:\n        return 20\n",
        "def double(n):\n    return {3: 6, 10: 20}[n]\n",
        "def double(n):\n    return {3: 6, 10: 20}.get(n)\n",
        "def double(n):\n    return 6\n",
        "def double(n):\n    if n in (3, 10):\n        return 6\n",
    ],
)
def test_results_of_the_examples_as_constants_are_recognised(code: str) -> None:
    assert pasted(code, VISIBLE)


@pytest.mark.parametrize(
    "code",
    [
        "def double(n):\n    return n + n\n",
        "def double(n):\n    if n == 3:\n        return 6\n    return n * 2\n",
        "def double(n):\n    if n > 5:\n        return 20\n    return 6\n",
        "def double(n):\n    if n == 0:\n        return 0\n    return 6\n",
        "def double(n)\n    return 6\n",
        "x = 4\n",
    ],
)
def test_a_program_that_works_with_what_it_is_given_is_not(code: str) -> None:
    assert not pasted(code, VISIBLE)


def test_a_program_that_reads_input_and_prints_fixed_text_is_recognised() -> None:
    assert pasted("name = input()\nif name == 'Ada':\n    print('Hi, Ada')\n", TYPED)
    assert not pasted("name = input()\nprint('Hi,', name)\n", TYPED)
