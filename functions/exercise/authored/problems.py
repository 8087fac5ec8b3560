"""What a proof tells a teacher: what is missing, in words that need no knowledge of how it was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from functions.analysis import source
from functions.authoring.content import AuthoredTest
from functions.exercise.attacking import Survivor
from functions.grading.checks import Test
from functions.grading.running import Outcome
from functions.grading.values import decode

Kind = Literal[
    "incomplete", "instructions", "solution", "other_solution", "starter", "test", "hint", "wrong_program",
    "sandbox",
]  # fmt: skip
NOT_RUN = (
    "Our sandbox did not answer, so nothing was proven. This is our fault: please try again in a few minutes."
)
NAME = 100
NO_TESTS = "There are no tests yet. Write one at least."
NO_SOLUTION = "There is no solution yet."
UNREADABLE = "The solution can't be read as Python: {error}."
UNNAMED = (
    "Neither the instructions nor the starter code name {names}, which the tests use. "
    "A student can't know it: say what is to be written."
)
SLOW = "The solution takes {took:.1f} s for all tests. Below 1 s there is room for slower right programs."
BY_CHANCE = "The solution gives another result in another run, so no program can be held to it."
OPAQUE = (
    "{about} `{call}` gives an object of `{kind}`, which can't be compared. Test something that it holds, "
    "or what one of its methods gives."
)
STARTER = "The starter code passes all tests already."
SAYS_NOTHING = (
    "The test “{name}” passed with every wrong program that was tried, even with one that does nothing. "
    "Test a case in which it matters what the program does."
)
REVEALS = "The hint of “{name}” shows a line of the solution."
OTHER = "One of your other solutions does not pass the test “{name}”. {message}"
ROW = "With row {number} of the values: {message}"
SURVIVES = (
    "This wrong program passes all of your tests. {differs} Add a test with this input. If the program is "
    "right for your task, add it to the other solutions; if the input can't come up, say so in “requires”."
)
GIVES = "For `{input}` it gives `{given}`, and your solution gives `{right}`."
PRINTS = "When this is typed in, it prints {given}, and your solution prints {right}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not right yet; `program` and `input` show it where a program does.

    `suggested_test` is a test with that input, as a teacher would write it.
    """

    kind: Kind
    message: str
    test: str | None = None
    program: str | None = None
    input: str | None = None
    suggested_test: AuthoredTest | None = None


def of_survivor(found: Survivor) -> Problem:
    """Tell of a wrong program that passes all tests, with the input that would tell."""
    words = PRINTS if found.input.kind == "stdin" else GIVES
    differs = words.format(input=found.input.source, given=found.given, right=found.right)
    return Problem(
        kind="wrong_program",
        message=SURVIVES.format(differs=differs),
        program=found.program,
        input=found.input.source,
        suggested_test=None if found.proof is None else suggested(found.proof),
    )


def suggested(proof: Outcome) -> AuthoredTest | None:
    """Write a test with an input and what the solution does with it; None where it has no literal."""
    test, result = proof.test, proof.result
    name = " ".join(test.source.split())[:NAME]
    if test.kind == "stdin":
        typed = f"typed in: {name}"[:NAME]
        return AuthoredTest(
            name=typed, kind="program", stdin=test.source, stdout=result.stdout, visible=False
        )
    if result.error is not None:
        return AuthoredTest(name=name, kind="call", call=test.source, raises=result.error.type, visible=False)
    if test.prints:
        return AuthoredTest(name=name, kind="call", call=test.source, stdout=str(result.value), visible=False)
    written = repr(decode(result.value))
    if not source.is_literal(written):
        return None
    return AuthoredTest(name=name, kind="call", call=test.source, expected=written, visible=False)


def of_test(kind: Kind, test: Test, message: str, program: str | None = None) -> Problem:
    """Tell of a test that a program does not pass."""
    return Problem(kind=kind, message=message, test=test.name, program=program, input=test.source)


def in_row(problem: Problem, number: int) -> Problem:
    """Say with which row of the table of values, counted from 0, there is a problem."""
    return replace(problem, message=ROW.format(number=number + 1, message=problem.message))
