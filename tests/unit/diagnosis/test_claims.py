"""What a student says of a result is understood in the words that students use."""

from __future__ import annotations

import pytest

from functions.diagnosis.claims import Claim, claims, examples, inputs

ADD = "def add(a, b):\n    return a + b\n"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("I expected 10 but got 9", Claim(expected="10", got="9")),
        ("I expect 10, but it prints 9 and I don't know why", Claim(expected="10", got="9")),
        ("it should print 2.5 but it prints 2", Claim(expected="2.5", got="2")),
        ("it prints None", Claim(got="None")),
        ("why does my function return None?", Claim(got="None")),
        ("I get 23 instead of 5", Claim(expected="5", got="23")),
        ("my code prints nothing", Claim(got="")),
        (
            "The output should be 'Hello Ida' but I get 'HelloIda'",
            Claim(expected="'Hello Ida'", got="'HelloIda'"),
        ),
        ("expected hello but got Hello", Claim(expected="hello", got="Hello")),
        ("I wanted [1, 2, 3] and got [1, 2]", Claim(expected="[1, 2, 3]", got="[1, 2]")),
        ("add(2, 3) should give 5", Claim(call="add(2, 3)", expected="5")),
        ("`add(2, 3)` should return `5` but it returns `6`", Claim(call="add(2, 3)", expected="5", got="6")),
        ("add(2, 3) returns None instead of 5", Claim(call="add(2, 3)", expected="5", got="None")),
        ("I expected add(2, 3) to be 5 but got 6", Claim(call="add(2, 3)", expected="5", got="6")),
        ("mean([1, 2]) gives 1", Claim(call="mean([1, 2])", got="1")),
        ("for input 3 it prints 6", Claim(given="3", got="6")),
        ("when I type 3 it should print 9 but it prints 6", Claim(given="3", expected="9", got="6")),
    ],
)
def test_a_claim_is_understood(text: str, claim: Claim) -> None:
    assert claims(text) == [claim]


@pytest.mark.parametrize(
    "text",
    [
        "it does not work",
        "please help me",
        "why is my code wrong?",
        "I got an error in line 4",
        "what is a list",
        "def main() -> None:\n    return None",
        "review this:\n```python\nassert add(2, 3) == 5\nif fib(4) is 3:\n    x = f(1) or None\n```",
    ],
)
def test_other_words_claim_nothing(text: str) -> None:
    assert claims(text) == []


def test_examples_are_calls_of_the_programs_own_functions() -> None:
    text = "add(2, 3) should give 5 and print(4) should be 4.\n\n>>> add(1, 1)\n2\n>>> add('a', 'b')\n'ab'\n"
    assert list(examples(text, ADD)) == [("add(2, 3)", "5"), ("add(1, 1)", "2"), ("add('a', 'b')", "'ab'")]


def test_examples_in_a_block_count_when_they_are_written_as_python_shows_them() -> None:
    text = "is it right?\n```\n>>> add(1, 1)\n2\n```\n```python\ndef add(a, b):\n    return a + b == 5\n```"
    assert list(examples(text, ADD)) == [("add(1, 1)", "2")]


def test_inputs_are_examples_unless_the_text_complains() -> None:
    assert list(inputs("It doubles: for input 3 it prints 6")) == [("3", "6")]
    assert list(inputs("for input 3 it prints 6, which is wrong")) == []
    assert list(inputs("when I enter 'Ida' it should say 'Hi Ida'")) == [("Ida", "Hi Ida")]
