"""From what the sandbox says to a score and messages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.grading.checks import Test
from functions.grading.grades import grade, same_output, score, source_hash
from functions.grading.running import Outcome
from functions.runtime.sandbox import ItemResult, ProgramError
from tests.support.texts import texts

CODE = "def area(width, length):\n    return width + length\n"
VISIBLE = Test(name="3 by 4", kind="call", source="area(3, 4)", expected=12)
HIDDEN = Test(
    name="decimals", kind="call", source="area(2.5, 4)", expected=10.0, hint="Sides may be decimals."
)
PRINTS = Test(name="greets", kind="stdin", source="Ada\n", expected="Hello, Ada!\nBye\n")
RAISES = Test(name="negative", kind="call", source="area(-1, 2)", raises="ValueError", expected="ValueError")

HIDDEN_TEXT = "Not as it should be: another result, an error, or no end in time."

marks = st.lists(st.tuples(st.floats(0.1, 10), st.booleans()))


@given(marks)
def test_a_score_is_between_0_and_1_and_1_only_when_all_pass(given_marks: list[tuple[float, bool]]) -> None:
    """Partial credit is never the whole."""
    found = score(given_marks)
    assert 0 <= found <= 1
    assert (found == 1) == bool(given_marks and all(passed for _, passed in given_marks))
    assert (found == 0) == (not any(passed for _, passed in given_marks))


@given(marks, st.integers(0, 20))
def test_another_passed_test_never_lowers_a_score(given_marks: list[tuple[float, bool]], index: int) -> None:
    """Passing more is never worse."""
    better = [(weight, passed or number == index) for number, (weight, passed) in enumerate(given_marks)]
    assert score(better) >= score(given_marks)


@given(marks)
def test_the_order_of_tests_does_not_matter(given_marks: list[tuple[float, bool]]) -> None:
    """A score is the same whatever the order."""
    assert score(given_marks) == pytest.approx(score(given_marks[::-1]))


def result(**fields: Any) -> ItemResult:
    return ItemResult(**{"status": "ok", **fields})


ZERO = ProgramError(type="ZeroDivisionError", message="division by zero", line=2)
FORGED = ProgramError(type="secret_2.5_4", message="area(2.5, 4)", line=10**6)
SYNTAX = ProgramError(type="SyntaxError", message="expected ':'", line=1)
NO_NAME = ProgramError(type="NameError", message="name 'area' is not defined", line=9)


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (Outcome(VISIBLE, result(value=12), "ok"), "Passed."),
        (
            Outcome(VISIBLE, result(value=7), "ok"),
            "`area(3, 4)` should be `12`, but it was `7`.",
        ),
        (
            Outcome(VISIBLE, result(value="12"), "ok"),
            "`area(3, 4)` should be `12`, but it was `'12'`. Check the type: expected `int`, got `str`.",
        ),
        (
            Outcome(VISIBLE, result(value=None), "ok"),
            "`area(3, 4)` should be `12`, but it was `None`. "
            "It returned `None`. Is there a `return` on every way through the function?",
        ),
        (Outcome(HIDDEN, result(value=6.5), "ok"), f"{HIDDEN_TEXT} Sides may be decimals."),
        (
            Outcome(VISIBLE, result(status="error", error=ZERO), "ok"),
            "The program stopped in line 2 with `ZeroDivisionError: division by zero`.",
        ),
        (
            Outcome(HIDDEN, result(status="error", error=ZERO), "ok"),
            f"{HIDDEN_TEXT} Sides may be decimals.",
        ),
        (
            Outcome(HIDDEN, result(status="error", error=FORGED), "ok"),
            f"{HIDDEN_TEXT} Sides may be decimals.",
        ),
        (
            Outcome(VISIBLE, result(status="timeout"), "timeout"),
            "Time limit: the program was stopped after 5 seconds. Is there a loop that never ends?",
        ),
        (
            Outcome(VISIBLE, result(status="memory_limit"), "memory_limit"),
            "Memory limit: the program used more than 50 MB and was stopped.",
        ),
        (
            Outcome(VISIBLE, result(status="not_run"), "timeout"),
            "Time limit: the program was stopped after 5 seconds. Is there a loop that never ends?",
        ),
        (
            Outcome(VISIBLE, result(status="not_run"), "error", SYNTAX),
            "The program stopped in line 1 with `SyntaxError: expected ':'`.",
        ),
        (
            Outcome(VISIBLE, result(status="not_run"), "ok"),
            "Not run: the program had already ended.",
        ),
        (
            Outcome(RAISES, result(value=None), "ok"),
            "`area(-1, 2)` should raise a `ValueError`, but it raised no error.",
        ),
        (
            Outcome(PRINTS, result(stdout="Hello, Bob!\nBye\n"), "ok"),
            "Line 1 of the output should be `Hello, Ada!`, but it is `Hello, Bob!`.",
        ),
        (
            Outcome(PRINTS, result(stdout="Hello, Ada!\n"), "ok"),
            "Line 2 of the output is missing: `Bye`.",
        ),
        (
            Outcome(PRINTS, result(stdout="Hello, Ada!\nBye\nMore"), "ok"),
            "The output has a line too many: `More`.",
        ),
    ],
)
def test_messages(outcome: Outcome, message: str) -> None:
    """What a student reads, word by word."""
    [test] = grade([outcome], CODE).tests
    assert test.message == message
    assert test.passed == (message == "Passed.")


def test_a_missing_function_is_named() -> None:
    """A student who wrote no such function is told which one is missing."""
    outcome = Outcome(VISIBLE, result(status="error", error=NO_NAME), "ok")
    [test] = grade([outcome], "print('hi')\n").tests
    assert test.message == "There is no function `area` in your program yet."


@pytest.mark.parametrize(
    ("outcomes", "code", "met"),
    [
        ([Outcome(VISIBLE, result(status="error", error=ZERO), "ok")], CODE, ZERO),
        ([Outcome(VISIBLE, ItemResult(status="not_run"), "error", SYNTAX)], CODE, SYNTAX),
        ([Outcome(VISIBLE, result(value=2), "ok")], CODE, None),
        ([Outcome(HIDDEN, result(status="error", error=ZERO), "ok")], CODE, None),
        ([Outcome(VISIBLE, result(status="error", error=NO_NAME), "ok")], "print('hi')\n", None),
    ],
)
def test_the_error_met_is_the_students_own_and_tells_nothing_hidden(
    outcomes: list[Outcome], code: str, met: ProgramError | None
) -> None:
    """A missing function is no error of the program, and a hidden test's error may quote its input."""
    assert grade(outcomes, code).error is met


def test_a_prompt_is_explained() -> None:
    """A text inside input() is printed: the message says so."""
    outcome = Outcome(PRINTS, result(stdout="Name? Hello, Ada!\nBye\n"), "ok")
    [test] = grade([outcome], 'name = input("Name? ")\n').tests
    assert test.message.endswith("The text inside `input(...)` is printed too: use `input()` alone.")


@given(
    st.sampled_from(["ok", "error", "timeout", "crashed", "not_run"]),
    texts(max_size=30),
    texts(max_size=30),
)
def test_hidden_tests_only_speak_through_their_hint(status: Any, kind: str, message: str) -> None:
    """Nothing a program puts into its error or value reaches the message of a hidden test."""
    secret = f"Ω{kind}{message}Ω"
    error = ProgramError(type=secret, message=secret, line=3) if status == "error" else None
    outcome = Outcome(HIDDEN, result(status=status, value=secret, stdout=secret, error=error), "ok", error)
    [test] = grade([outcome], CODE).tests
    assert "Ω" not in test.message
    assert test.message.endswith("Sides may be decimals.")


def test_partial_credit_goes_by_weight() -> None:
    """A heavy test counts more."""
    heavy = Test(name="heavy", kind="call", source="area(1, 1)", expected=1, weight=3.0)
    graded = grade([Outcome(VISIBLE, result(value=12), "ok"), Outcome(heavy, result(value=2), "ok")], CODE)
    assert (graded.score, graded.passed, graded.total, graded.status) == (0.25, 1, 2, "failed")


@pytest.mark.parametrize(
    ("printed", "equal"),
    [
        ("a\nb\n", True),
        ("a  \nb", True),
        ("a\r\nb\r\n", True),
        ("a\nb\n\n\n", True),
        (" a\nb", False),
        ("a\n\nb", False),
    ],
)
def test_printed_text_is_compared_line_by_line(printed: str, equal: bool) -> None:
    """Spaces at line ends and blank lines at the end do not matter; everything else does."""
    assert same_output("a\nb\n", printed) is equal


def test_a_source_hash_ignores_blank_lines_and_trailing_spaces() -> None:
    """Only real changes of a program count as changes."""
    assert source_hash("a = 1\n\nb = 2\n") == source_hash("a = 1  \nb = 2")
    assert source_hash("a = 1") != source_hash("a = 2")


def test_a_program_that_only_knows_the_examples_counts_as_failed() -> None:
    """All visible tests pass, a hidden one fails, and nothing is worked out."""
    code = "def area(width, length):\n    if width == 3:\n        return 12\n"
    outcomes = [Outcome(VISIBLE, result(value=12), "ok"), Outcome(HIDDEN, result(value=None), "ok")]
    made = grade(outcomes, code)
    assert (made.score, made.passed, made.pasted) == (0.0, 1, True)
    honest = grade(outcomes, "def area(width, length):\n    return int(width * length)\n")
    assert (honest.score, honest.pasted) == (0.5, False)
