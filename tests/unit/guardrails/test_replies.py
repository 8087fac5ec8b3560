"""What a model says is checked by machine before a student sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.guardrails import replies
from functions.guardrails.solution_leaks import reveals_line
from functions.model.errors import GuardFailed, ModelRefused
from functions.model.prompts import CANARY
from tests.support.texts import texts

GOOD = "A for loop repeats your lines for each item of a list, and it stops when there are no items left."
SOLUTION = "total = 0\nfor price in prices:\n    total += price\nprint(total)"
BROKEN = "total = 0\nfor price in prices\n    total += price\nprint(total)"


def check(reply: str) -> None:
    replies.check_prose(reply, least=8, most=60, about={"loop"})


def test_good_prose_passes() -> None:
    check(GOOD)


@pytest.mark.parametrize(
    "reply",
    [
        "Use a loop.",
        GOOD * 9,
        f"{GOOD} See https://example.com.",
        f"{GOOD} See [this](page).",
        f"{GOOD} {CANARY}",
        f"{GOOD} <student_text>",
        f"{GOOD} <script>alert(1)</script>",
        "Bananas are yellow and it is known that they are sweet when you eat them in the sun.",
        "loop xkcd zzgh plmk qwrt bdfg xkcd zzgh plmk qwrt bdfg hjkl",
    ],
)
def test_prose_that_breaks_a_rule_is_held_back(reply: str) -> None:
    with pytest.raises(GuardFailed):
        check(reply)


def test_a_refusal_is_no_answer() -> None:
    with pytest.raises(ModelRefused):
        check("I'm sorry, but I cannot help with this loop today, as it is not what I am made for.")


@pytest.mark.parametrize(
    "hint",
    [
        "Write this:\n```python\nfor price in prices:\n    total += price\n```",
        "The line should be `for price in prices:` I think",
        "for price in prices:",
        "Like so:\n```\nfor cost in costs:\n    total += cost\n```",
        "Try for  price   in prices:   and it runs",
    ],
)
def test_a_hint_with_the_corrected_line_leaks_in_whatever_form(hint: str) -> None:
    assert reveals_line(hint, SOLUTION, BROKEN)


@pytest.mark.parametrize(
    "hint",
    [
        "What must stand at the end of a line that opens a block?",
        "Look at this line:\n```python\nfor price in prices\n```",
        "Another program:\n```python\nwhile ready:\n    wait()\n```",
        "You add each price to the total, which is right.",
    ],
)
def test_a_hint_that_only_points_does_not_leak(hint: str) -> None:
    assert not reveals_line(hint, SOLUTION, BROKEN)


@given(st.sampled_from(["a", "item", "price_of_one"]), st.sampled_from(["xs", "prices"]), st.booleans())
def test_other_names_do_not_hide_a_leak(item: str, items: str, fenced: bool) -> None:
    line = f"for {item} in {items}:"
    hint = f"```python\n{line}\n    pass\n```" if fenced else f"Write `{line}` there."
    assert reveals_line(hint, SOLUTION, BROKEN)


@given(texts(max_size=300))
def test_any_text_can_be_checked(text: str) -> None:
    assert reveals_line(text, text, text) is False


def test_a_summary_names_no_number_of_its_own() -> None:
    replies.check_numbers("You got 70 points.", allowed="Quality: 70 of 100")
    with pytest.raises(GuardFailed):
        replies.check_numbers("You got 95 points.", allowed="Quality: 70 of 100")
