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
        (
            "deep([[(1, 2)], [(3, (4,))]]) should return (3, (4,)) but it returns [(1, 2)].",
            Claim(call="deep([[(1, 2)], [(3, (4,))]])", expected="(3, (4,))", got="[(1, 2)]"),
        ),
        (
            "`say('a (b', \"it's\")` gives 'x' but should be 'y'",
            Claim(call="say('a (b', \"it's\")", expected="'y'", got="'x'"),
        ),
        (
            "I expected Tom but got <__main__.Cat object at 0x7f1b>",
            Claim(expected="Tom", got="<__main__.Cat object at 0x7f1b>"),
        ),
        (
            "It shows <function greet at 0x10c> instead of hey",
            Claim(expected="hey", got="<function greet at 0x10c>"),
        ),
        ("I expected [0, 1] but got range(0, 2)", Claim(expected="[0, 1]", got="range(0, 2)")),
        ("I wanted ['x'] but got dict_keys(['x'])", Claim(expected="['x']", got="dict_keys(['x'])")),
        ("I expected 3 2 1 but got 3 3 3", Claim(expected="3 2 1", got="3 3 3")),
        ("Expected output: 12\nActual output: 7", Claim(expected="12", got="7")),
        ("Expected:\n1\n2\n\nGot:\n1\n3", Claim(expected="1\n2", got="1\n3")),
        ("It gives me C rather than D for 61", Claim(given="61", expected="D", got="C")),
        ("It should print 20", Claim(expected="20")),
        ("The sum should be 0.5", Claim(expected="0.5")),
        ("I expected -3 but got 3", Claim(expected="-3", got="3")),
        (
            "E       assert None == 8\nE        +  where None = twice(4)",
            Claim(call="twice(4)", expected="8", got="None"),
        ),
        ("AssertionError: 3 != 4", Claim(expected="4", got="3")),
        ("It still gives 3.", Claim(got="3")),
        ("It sometimes returns `None` instead of a word.", Claim(got="None")),
        ("I expected Done. but got 1 2 Done.", Claim(expected="Done.", got="1 2 Done.")),
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
        "print() gives an error and range(3) too",
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


@pytest.mark.parametrize(
    "piece", ["(", "f(" * 2000, "`" * 4000, "expected 1 but got " * 200, "a " * 4000, "1," * 2000]
)
def test_no_text_keeps_the_reader_busy(piece: str) -> None:
    found = claims(piece)
    assert len(found) <= 400


@pytest.mark.parametrize(
    "text", ["Sometimes it returns None instead of a price.", "It gives None instead of an answer."]
)
def test_a_kind_of_value_is_no_value(text: str) -> None:
    [claim, *_] = claims(text)
    assert (claim.expected, claim.got) == (None, "None")
