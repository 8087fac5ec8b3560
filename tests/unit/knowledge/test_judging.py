"""An answer to a check question is judged by what it says, in whatever sentence it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.knowledge.checks import Check
from functions.knowledge.judging import checks, judge

FIVE = Check("How often?", "value", "5")
LIST = Check("What is in it?", "value", "['cat', 'cow']")
WORD = Check("What is it?", "value", "'abc'")
TRUE = Check("Is it?", "value", "True")
LINES = Check("What is printed?", "output", "3\n2")
ONE = Check("Which?", "choice", "for", choices=("for", "while"))
WHY = Check("Why?", "text", "", accepted=("change|changes counter", "never ends"))


RIGHT = [
    "5",
    " 5. ",
    "five",
    "it runs 5 times",
    "I think it's five",
    "5 because hello has 5 letters",
    "`5`",
    "5.0",
]


@pytest.mark.parametrize("said", RIGHT)
def test_a_number_is_right_in_any_sentence(said: str) -> None:
    assert judge(FIVE, said) is True


@pytest.mark.parametrize("said", ["4", "six", "it runs 6 times", "maybe 4, not 5"])
def test_another_number_is_not(said: str) -> None:
    assert judge(FIVE, said) is False


@pytest.mark.parametrize("said", ["i have no idea about that", "because of the loop that we had"])
def test_what_names_no_value_is_not_judged(said: str) -> None:
    assert judge(FIVE, said) is None


@pytest.mark.parametrize(
    ("check", "said", "right"),
    [
        (LIST, '["cat", "cow"]', True),
        (LIST, "it is ['cat', 'dog'] then", False),
        (WORD, "abc", True),
        (WORD, 'it gives "abc"', True),
        (WORD, "abd", False),
        (TRUE, "true", True),
        (TRUE, "I'd say False", False),
        (LINES, "3\n2", True),
        (LINES, "3 and 3", False),
        (ONE, "for", True),
        (ONE, "the for loop", True),
        (ONE, "a", True),
        (ONE, "2", False),
        (ONE, "while, I guess", False),
        (ONE, "hm", None),
        (WHY, "the counter never changes", True),
        (WHY, "because it never ends", True),
        (WHY, "it is blue", False),
        (Check("Rewrite it."), "x = 1", None),
    ],
)
def test_each_kind_is_judged_in_its_way(check: Check, said: str, right: bool | None) -> None:
    assert judge(check, said) is right


@given(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000))
def test_exactly_the_right_number_is_right(answer: int, said: int) -> None:
    assert judge(Check("?", "value", str(answer)), f"it is {said}") is (answer == said)


@given(st.text(max_size=60))
def test_no_answer_breaks_the_judge(said: str) -> None:
    for check in (FIVE, LIST, WORD, TRUE, LINES, ONE, WHY):
        assert judge(check, said) in (True, False, None)


def test_the_known_answer_of_every_check_is_judged_right() -> None:
    for _, check in checks().values():
        if check.kind in ("value", "output", "choice"):
            assert judge(check, check.answer) is True, check
