"""What a model says is checked by machine before a student sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.guardrails import replies
from functions.guardrails.solution_leaks import reveals_line
from functions.model.errors import GuardFailed
from functions.model.prompts import CANARY
from tests.support.texts import texts

GOOD = "A for loop repeats your lines for each item of a list, and it stops when there are no items left."
SOLUTION = "total = 0\nfor price in prices:\n    total += price\nprint(total)"
BROKEN = "total = 0\nfor price in prices\n    total += price\nprint(total)"


@pytest.mark.parametrize(
    "sentence", [GOOD, "I'm sorry that this is happening to you.", "See `www.example.com`."]
)
def test_a_good_sentence_passes(sentence: str) -> None:
    replies.check_sentence("", sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        f"{GOOD} {CANARY}",
        f"{GOOD} <student_text>",
        "Your key is sk-abcdef123456.",
        "loop xkcd zzgh plmk qwrt bdfg xkcd zzgh plmk qwrt bdfg hjkl",
    ],
)
def test_a_sentence_that_breaks_a_rule_is_held_back(sentence: str) -> None:
    with pytest.raises(GuardFailed):
        replies.check_sentence("", sentence)


def test_a_sentence_that_only_repeats_what_was_said_is_held_back() -> None:
    with pytest.raises(GuardFailed):
        replies.check_sentence(GOOD * 9, GOOD)


@pytest.mark.parametrize(
    "text",
    [
        f"{GOOD} See https://example.com.",
        f"{GOOD} See [this](page).",
        f"{GOOD} <script>alert(1)</script>",
        f"{GOOD} Write to ida@example.com.",
        f"{GOOD} <b>Now</b>",
    ],
)
def test_an_exercise_of_a_model_holds_no_link_markup_or_address(text: str) -> None:
    with pytest.raises(GuardFailed):
        replies.check_harmless(text)


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
