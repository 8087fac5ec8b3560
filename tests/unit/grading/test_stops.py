"""What a learner reads when a test could not be carried out: their own lines, names and calls."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.grading.checks import Test
from functions.grading.grades import Grade, grade
from functions.grading.running import Outcome
from functions.runtime.sandbox import ItemResult, ProgramError

VOLUME = Test(name="2 by 3", kind="call", source="volume(2, 3)", expected=6)
SECRET = Test(name="large", kind="call", source="volume(98, 76)", expected=7448, hint="Large sides are fine.")
RIGHT = "def volume(a, b):\n    return a * b\n"
BOX = Test(name="a box", kind="code", source="box = Box(2)\nbox.size()", expected=2)
READS = Test(name="echo", kind="stdin", source="5\n", expected="5\n")


def stopped(kind: str, message: str, line: int | None, test: Test = VOLUME) -> Outcome:
    error = ProgramError(type=kind, message=message, line=line)
    return Outcome(test, ItemResult(status="error", error=error), "ok")


def never_run(kind: str | None, message: str = "", line: int | None = None, test: Test = VOLUME) -> Outcome:
    error = ProgramError(type=kind, message=message, line=line) if kind else None
    return Outcome(test, ItemResult(status="not_run"), "error" if kind else "ok", error)


def said(outcome: Outcome, code: str) -> str:
    [test] = grade([outcome], code).tests
    assert not test.passed
    return test.message


NO_VOLUME = ("NameError", "name 'volume' is not defined", 4)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1\n", "There is no function `volume` in your program yet."),
        ("# nothing\n", "There is no function `volume` in your program yet."),
        (
            "def volmue(a, b):\n    return a * b\n",
            "There is no function `volume` in your program yet. "
            "There is `volmue`: is one of the two misspelt?",
        ),
        (
            "def Volume(a, b):\n    return a * b\n",
            "There is no function `volume` in your program yet. "
            "There is `Volume`: is one of the two misspelt?",
        ),
        (
            "class Box:\n    def volume(a, b):\n        return a * b\n",
            "There is no function `volume` in your program yet. It is inside the class `Box`: "
            "move it to the left edge, outside of it.",
        ),
        (
            "def main():\n    def volume(a, b):\n        return a * b\n",
            "There is no function `volume` in your program yet. It is inside the function `main`: "
            "move it to the left edge, outside of it.",
        ),
    ],
)
def test_a_missing_function_is_named_with_its_near_name_or_its_place(code: str, expected: str) -> None:
    """Whatever the program has in its place, the learner reads what is missing and no line of the test."""
    assert said(stopped(*NO_VOLUME), code) == expected


def test_a_name_that_the_program_itself_lacks_is_an_error_of_its_own_line() -> None:
    """A misspelt name inside of the function is told with its line."""
    outcome = stopped("NameError", "name 'wdith' is not defined", 2)
    assert said(outcome, "def volume(a, b):\n    return wdith\n") == (
        "The program stopped in line 2 with `NameError: name 'wdith' is not defined`."
    )


@pytest.mark.parametrize(
    ("message", "code", "expected"),
    [
        (
            "volume() missing 1 required positional argument: 'c'",
            "def volume(a, b, c):\n    return a * b * c\n",
            "`volume(2, 3)` does not fit your `volume`: its parameters are `a`, `b`, `c`.",
        ),
        (
            "volume() takes 0 positional arguments but 2 were given",
            "def volume():\n    return 6\n",
            "`volume(2, 3)` does not fit your `volume`: it has no parameters.",
        ),
    ],
)
def test_a_call_that_does_not_fit_is_shown_with_the_parameters(
    message: str, code: str, expected: str
) -> None:
    """The learner reads the call and the own parameters."""
    assert said(stopped("TypeError", message, 4), code) == expected


def test_an_attribute_that_a_class_lacks_is_named() -> None:
    """A misspelt method is found."""
    outcome = stopped("AttributeError", "'Box' object has no attribute 'size'", 9, BOX)
    code = "class Box:\n    def __init__(self, n):\n        self.n = n\n    def sise(self):\n        pass\n"
    assert said(outcome, code) == (
        "An object of your class `Box` has no `size` yet. There is `sise`: is one of the two misspelt?"
    )


@given(st.integers(1, 40), st.sampled_from(["TypeError", "ValueError", "KeyError", "IndexError"]))
def test_no_line_beyond_the_program_is_ever_named(line: int, kind: str) -> None:
    """The lines of a test are not the learner's."""
    text = said(stopped(kind, "something", line), RIGHT)
    assert ("in line" in text) == (line <= 2)
    assert "volume(2, 3)" in text or f"in line {line}" in text


def test_input_that_is_not_needed_is_told() -> None:
    """Values come as parameters: the message names them."""
    code = "a = input()\ndef volume(a, b):\n    return a * b\n"
    assert said(never_run("EOFError", "EOF when reading a line", 1), code) == (
        "Line 1 calls `input()`, but nothing is typed in here: the values come as `a` and `b`. "
        "Leave `input()` out."
    )


def test_more_input_than_there_is_is_told() -> None:
    """A program that reads too often hears how many lines there are."""
    outcome = stopped("EOFError", "EOF when reading a line", 2, READS)
    assert said(outcome, "a = input()\nb = input()\n") == (
        "Line 2 asks for more input than there is: 1 line can be read with `input()`."
    )


@pytest.mark.parametrize(
    ("end", "named"),
    [("import sys\nsys.exit()\n", "sys.exit()"), ("exit()\n", "exit()"), ("quit()\n", "quit()")],
)
def test_what_ends_the_program_is_named_with_its_line(end: str, named: str) -> None:
    """The whole program ended before its tests: the call that did it is shown."""
    line = 2 + end.count("\n")
    assert said(never_run(None), RIGHT + end) == (
        f"Line {line} ends the whole program with `{named}`, so the tests can't go on. Take it out."
    )


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (">>> def volume(a, b):\n...     return a * b\n", "Line 1 begins with `>>>`"),
        ("```python\ndef volume(a, b):\n    return a * b\n```\n", "Line 1 is a Markdown fence"),
    ],
)
def test_what_came_along_when_copying_is_named(code: str, part: str) -> None:
    """A prompt or a fence is told as such, not as a syntax error."""
    assert said(never_run("SyntaxError", "invalid syntax", 1), code).startswith(part)


@pytest.mark.parametrize(
    ("printed", "part"),
    [
        ("5\u00a0\u00a0x\n", "character 2 is `no-break space` (U+00A0)"),
        ("5\u200b  x\n", "character 2 is `zero width space` (U+200B), which does not belong there"),
        ("5 x\n", "Only the spaces differ"),
        ("5  X\n", "Only capital and small letters differ"),
    ],
)
def test_texts_that_look_alike_are_told_apart(printed: str, part: str) -> None:
    """The learner reads how two texts differ that look the same."""
    test = Test(name="x", kind="stdin", source="", expected="5  x\n")
    text = said(Outcome(test, ItemResult(status="ok", stdout=printed), "ok"), "print()\n")
    assert part in text


def test_what_is_printed_in_the_place_of_a_return_is_told() -> None:
    """The usual slip of a first course."""
    outcome = Outcome(VOLUME, ItemResult(status="ok", value=None, stdout="6\n"), "ok")
    assert said(outcome, RIGHT).endswith(
        "It printed `6` and returned nothing: write `return` in the place of `print`."
    )


def test_endless_output_shows_what_is_repeated() -> None:
    """Where a loop never ends, its output says which."""
    outcome = Outcome(READS, ItemResult(status="timeout", stdout="again\n" * 50), "timeout")
    assert said(outcome, "while True:\n    print('again')\n").endswith("It printed `again` again and again.")


def test_a_result_by_luck_counts_as_the_worse_and_is_told() -> None:
    """Another run gave another result."""
    outcome = Outcome(VOLUME, ItemResult(status="ok", value=5), "ok", differs=True)
    text = said(outcome, "def volume(a, b):\n    return list({a, b})[0]\n")
    assert "The order of a set is not fixed" in text


FATES = st.sampled_from(["ok", "error", "timeout", "memory_limit", "output_limit", "crashed", "not_run"])


def told(fate: Any, kind: str, message: str, line: int, value: int) -> Grade:
    error = ProgramError(type=kind, message=message, line=line) if fate == "error" else None
    hidden = Outcome(SECRET, ItemResult(status=fate, error=error, value=value, stdout=message), fate, error)
    return grade([Outcome(VOLUME, ItemResult(status="ok", value=6), "ok"), hidden], RIGHT)


@given(
    FATES,
    st.sampled_from(["KeyError", "A98", "ValueError"]),
    st.text(max_size=5),
    st.integers(1, 99),
    st.integers(),
)
def test_a_hidden_test_tells_one_bit(fate: Any, kind: str, message: str, line: int, value: int) -> None:
    """However a program tries to speak through type, line, text or time, a hand-in learns pass or fail."""
    test = told(fate, kind, message, line, value).tests[1]
    assert (test.passed, test.message) in {
        (True, "Passed."),
        (False, told("ok", "", "", 1, 0).tests[1].message),
    }


def test_a_program_that_never_comes_to_its_tests_gets_no_hint_of_a_hidden_one() -> None:
    """A crash is a crash: the hint of a hidden test would have nothing to do with it."""
    found = grade([stopped(*NO_VOLUME), stopped(*NO_VOLUME, SECRET)], "x = 1\n").tests[1]
    assert found.message == "It stops before this test, as in the tests above."
