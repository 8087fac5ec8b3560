"""What a student reads about a test and a grade.

A hidden test never shows its input, its result or the expected one: only its hint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from functions.grading import lookalikes
from functions.grading.calls import flat
from functions.grading.chance import uses_sets
from functions.grading.checks import Test, shown_result
from functions.grading.running import Outcome
from functions.grading.stops import stop_of
from functions.grading.values import decode, show, type_name

if TYPE_CHECKING:
    from functions.grading.grades import Grade, TestResult

PASSED = "Passed."
NO_VALUE = "It returned `None`. Is there a `return` on every way through the function?"
PRINTED = "It printed `{printed}` and returned nothing: write `return` in the place of `print`."
HIDDEN = "Not as it should be: another result, an error, or no end in time."
AS_ABOVE = "It stops before this test, as in the tests above."
BY_CHANCE = "Your program gives another result in another run."
BY_SET = (
    f"{BY_CHANCE} The order of a set is not fixed: where the order counts, use `sorted(...)` or a list. "
    "The worse of the runs counts."
)
BY_DICE = f"{BY_CHANCE} Random numbers or the time of day decide. The worse of the runs counts."
COPIED = (
    "Your program knows the results of the examples and works nothing out, so this counts as not solved yet. "
    "Use what it is given to work the result out."
)
MAY_CHANGE = "Your program uses a set, whose order is not fixed."
PROMPT = re.compile(r"input\(\s*[frb]?[\"']")
PROMPT_SHOWN = " The text inside `input(...)` is printed too: use `input()` alone."


def failure(outcome: Outcome, code: str, *, stopped: bool = False) -> str:
    """Say why a test did not pass.

    A hidden test says the same whatever happened in it, so that a hand-in learns one bit of it. Only what the
    visible tests show may be told: `stopped` says that each of them was stopped.
    """
    # What a hidden test says would otherwise be read out of it, an input at a time, by handing in again and
    # again.
    if outcome.test.hidden:
        return AS_ABOVE if stopped else _hidden(outcome.test, code)
    said = stop_of(outcome, code) or difference(outcome, code)
    if outcome.differs:
        said = f"{said} {BY_SET if uses_sets(code) else BY_DICE}"
    return f"{said} {outcome.test.advice}" if outcome.test.advice else said


def _hidden(test: Test, code: str) -> str:
    may = f" {MAY_CHANGE}" if uses_sets(code) else ""
    return f"{HIDDEN} {test.hint}{may}"


def article(kind: str) -> str:
    """Put an article before the name of an error."""
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} `{kind}`"


def difference(outcome: Outcome, code: str) -> str:
    """Say what a visible test expected and what came instead."""
    test, result = outcome.test, outcome.result
    if test.kind == "stdin":
        return output_difference(str(test.expected), result.stdout, code)
    if test.prints:
        return f"`{test.source}`: {output_difference(str(test.expected), str(result.value), code)}"
    done = f"`{test.source}`" if test.kind == "call" else f"After `{flat(test.source)}` the result"
    actual = decode(result.value)
    if test.raises:
        return f"{done} should raise {article(test.raises)}, but it raised no error."
    expected = decode(test.expected)
    said = f"{done} should be `{show(expected)}`, but it was `{show(actual)}`."
    if actual is None:
        printed = result.stdout.strip().splitlines()
        # The most frequent fault of the first functions: the value is printed, and nothing is returned.
        return f"{said} {PRINTED.format(printed=cut(printed[-1])) if printed else NO_VALUE}"
    if type_name(actual) != type_name(expected):
        said += f" Check the type: expected `{type_name(expected)}`, got `{type_name(actual)}`."
    # Two texts that look the same on the screen: a blank, a quotation mark, a letter of another alphabet.
    elif isinstance(expected, str) and (alike := lookalikes.difference(expected, str(actual))):
        said += f" {alike}"
    return said


def lines_of(text: str) -> list[str]:
    """Split printed text, without spaces at line ends and blank lines at the end."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def output_difference(expected: str, actual: str, code: str) -> str:
    """Name the first line that differs."""
    wanted, printed = lines_of(expected), lines_of(actual)
    prompts = PROMPT_SHOWN if PROMPT.search(code) else ""
    for number, (want, got) in enumerate(zip(wanted, printed, strict=False), 1):
        if want != got:
            alike = lookalikes.difference(want, got)
            said = f"Line {number} of the output should be `{cut(want)}`, but it is `{cut(got)}`."
            return f"{said} {alike}" if alike else f"{said}{prompts}"
    if len(printed) < len(wanted):
        return f"Line {len(printed) + 1} of the output is missing: `{cut(wanted[len(printed)])}`.{prompts}"
    return f"The output has a line too many: `{cut(printed[len(wanted)])}`.{prompts}"


def cut(line: str) -> str:
    """Shorten a long line."""
    return line if len(line) <= 120 else f"{line[:120]}…"


def grade_text(title: str, grade: Grade) -> str:
    """Word the answer to a submission."""
    if grade.complete:
        return f"**{title}: all {grade.total} tests pass.** Well done!"
    points = f"{round(grade.score * 100)} % of the points"
    head = f"**{title}: {grade.passed} of {grade.total} tests pass** ({points})."
    copied = [COPIED, ""] if grade.pasted else []
    return "\n".join([head, "", *copied, *map(test_text, grade.tests)])


def summary(grade: Grade) -> str:
    """Word an attempt for a teacher."""
    head = f"{grade.passed} of {grade.total} tests pass"
    failing = next((test for test in grade.tests if not test.passed), None)
    return head if failing is None else f"{head}. The test '{failing.name}': {failing.message}"[:1000]


def test_text(test: TestResult) -> str:
    """Word the result of one test."""
    return f"- passed: {test.name}" if test.passed else f"- not passed: {test.name}. {test.message}"


def exercise_text(title: str, instructions: str, starter: str, tests: Sequence[Test]) -> str:
    """Word an exercise with its starter code and its examples."""
    parts = [f"### {title}", instructions, f"Start from this:\n\n```python\n{starter.rstrip()}\n```"]
    shown = [example(test) for test in tests if not test.hidden]
    return "\n\n".join([*parts, "Examples:", *shown])


def example(test: Test) -> str:
    """Word one visible test."""
    if test.prints:
        return f"```python\n{test.source}\n```\n\nOutput:\n\n{block(shown_result(test))}"
    if test.kind == "stdin":
        return f"Input:\n\n{block(test.source)}\n\nOutput:\n\n{block(shown_result(test))}"
    return f"```python\n{test.source}\n# {shown_result(test)}\n```"


def block(text: str) -> str:
    """Put text into a block that is shown as it is."""
    return f"```text\n{text.rstrip()}\n```"
