"""The number of a review: it rises with the program, and every point that is lost stands by a finding."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from functions.code_review.correctness import examples, judge
from functions.code_review.review import Review, review
from functions.grading.wording import HIDDEN
from tests.eval.ladder import LADDER, TESTS
from tests.integration.exercise.plain_python import PlainPython


@pytest.fixture
async def python() -> AsyncIterator[PlainPython]:
    async with PlainPython.open() as plain:
        yield plain


async def reviewed(python: PlainPython, code: str, starter: str | None = None) -> Review:
    return await review(code, "learning", starter, await judge(python, code, TESTS))


async def test_the_number_rises_from_poor_to_good_and_is_the_same_twice(python: PlainPython) -> None:
    made = [await reviewed(python, code) for code in LADDER]
    numbers = [one.quality for one in made]
    assert numbers == sorted(set(numbers)) and len(numbers) == 10
    assert [(await reviewed(python, code)).findings for code in LADDER] == [one.findings for one in made]


async def test_every_point_that_is_lost_stands_by_a_finding(python: PlainPython) -> None:
    for code in LADDER:
        made = await reviewed(python, code)
        assert made.quality == int(100 - sum(finding.points for finding in made.findings) + 0.5)
        assert all(f.rule and f.message and f.suggestion for f in made.findings)
        assert all((f.line >= 1) == (f.rule != "LF301") for f in made.findings)


async def test_lines_that_came_with_the_exercise_cost_nothing(python: PlainPython) -> None:
    starter = "import os\n\n\ndef total_price(list):\n    pass\n"
    own = "    return sum(price for price in list if price > 0)\n"
    given = await reviewed(python, starter.replace("    pass\n", own), starter)
    alone = await reviewed(python, starter.replace("    pass\n", own))
    assert (given.quality, alone.quality) == (100, 90)


async def test_a_hidden_test_shows_neither_input_nor_result(python: PlainPython) -> None:
    made = await reviewed(python, "def total_price(prices):\n    return 1234567\n")
    hidden = [finding for finding in made.findings if "no price" in finding.message]
    assert [finding.suggestion for finding in hidden] == [f"{HIDDEN} The list may be empty."]


@pytest.mark.parametrize(
    ("code", "share", "rule"),
    [
        ('def twice(n):\n    """Double.\n\n    >>> twice(2)\n    4\n    """\n    return n * 2\n', 1.0, None),
        (
            'def twice(n):\n    """Double.\n\n    >>> twice(2)\n    4\n    """\n    return n + 1\n',
            0.0,
            "LF301",
        ),
        ("print(total)\n", 0.0, "LF302"),
        ("print('hi')\n", None, None),
        ("import numpy\nprint(numpy)\n", None, None),
        ("print(open('scores.txt').read())\n", None, None),
        ("import sys\nprint(sys.argv[1])\n", None, None),
        ("name = input()\nprint(name)\n", None, None),
    ],
)
async def test_without_an_exercise_its_own_examples_count_or_whether_it_runs(
    code: str, share: float | None, rule: str | None, python: PlainPython
) -> None:
    judged = await judge(python, code, examples(code, ""))
    assert judged.share == share
    assert [finding.rule for finding in judged.findings] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("code", "text", "share", "said"),
    [
        ("def add(a, b):\n    return a + b\n", "add(2, 3) should give 5", 1.0, ()),
        ("def add(a, b):\n    return a - b\n", "add(2, 3) should give 5", 0.0, ("Your example add(2, 3)",)),
        (
            "def add(a, b):\n    return a - b\n",
            "Right?\n>>> add(2, 0)\n2\n>>> add(1, 1)\n2\n",
            0.5,
            ("add(1, 1)",),
        ),
        ("n = int(input('n? '))\nprint(n * 2)\n", "for input 3 it prints 6", 1.0, ()),
        ("n = int(input('n? '))\nprint(n + 3, n * n)\n", "for input 3 it should print 3", 0.0, ("input 3",)),
        ("n = int(input('n? '))\nprint('16')\n", "for input 3 it should print 6", 0.0, ("input 3",)),
    ],
)
async def test_examples_in_the_text_are_run(
    code: str, text: str, share: float, said: tuple[str, ...], python: PlainPython
) -> None:
    judged = await judge(python, code, examples(code, text))
    assert judged.share == share
    assert len(judged.findings) == len(said)
    assert all(words in finding.message for words, finding in zip(said, judged.findings, strict=True))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def add(a, b):\n    return a - b\n", "I called `add(5, 2)`: it gives `3`."),
        (
            "def order(names):\n    return names.sort()\n",
            "I called `order(['pear', 'fig', 'apple'])`: it gives `None`.",
        ),
        ("def last(word):\n    print(word[-1])\n", "I called `last('apple')`: it prints `e`."),
        ("print(3)\n", "It printed `3` last."),
    ],
)
async def test_whether_it_is_right_is_answered_by_a_call(code: str, told: str, python: PlainPython) -> None:
    assert (await judge(python, code, examples(code, ""))).note == told
