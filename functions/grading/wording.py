"""What a student reads about a test and a grade.

A hidden test never shows its input, its result or the expected one: only its hint.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from functions.grading.checks import Test, shown_result
from functions.grading.running import Outcome
from functions.grading.values import decode, show, type_name
from functions.runtime.sandbox import ProgramError

if TYPE_CHECKING:
    from functions.grading.grades import Grade, TestResult

PASSED = "Passed."
LIMITS = {
    "timeout": "Time limit: the program was stopped after 5 seconds. Is there a loop that never ends?",
    "memory_limit": "Memory limit: the program used more than 50 MB and was stopped.",
    "output_limit": "Output limit: the program printed far too much and was stopped.",
    "crashed": "The program ended the whole Python process, so there is no result.",
    "too_long": "The program is too long to be tested.",
}
NOT_RUN = "Not run: the program had already ended."
NO_VALUE = "It returned `None`. Is there a `return` on every way through the function?"
PROMPT = re.compile(r"input\(\s*[frb]?[\"']")
UNDEFINED = re.compile(r"name '(\w+)' is not defined")
ERRORS = {
    n for n, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}
PROMPT_SHOWN = " The text inside `input(...)` is printed too: use `input()` alone."


def failure(outcome: Outcome, code: str) -> str:
    """Say why a test did not pass."""
    test = outcome.test
    stopped = stop_of(outcome, code)
    if test.hidden:
        return f"{stopped} {test.hint}".strip()
    return stopped or difference(outcome, code)


def stop_of(outcome: Outcome, code: str) -> str:
    """Say what stopped a test before it had a result, if anything did."""
    result = outcome.result
    if result.status in LIMITS:
        return LIMITS[result.status]
    error = error_of(outcome)
    if error is not None:
        return error_text(error, outcome.test, code)
    if result.status == "not_run":
        return LIMITS.get(outcome.ended, NOT_RUN)
    return ""


def error_of(outcome: Outcome) -> ProgramError | None:
    """Give the error that stopped a test: its own, or that of the program it never came to."""
    return outcome.result.error or (outcome.error if outcome.result.status == "not_run" else None)


def missing_name(error: ProgramError, test: Test, code: str) -> str | None:
    """Name what a test calls and the program does not have: the error is then the test's."""
    missing = UNDEFINED.search(error.message) if error.type == "NameError" else None
    return missing[1] if missing and missing[1] in test.source and missing[1] not in code else None


def error_text(error: ProgramError, test: Test, code: str) -> str:
    """Say which error stopped the program; its own words only where nothing hidden can be in them."""
    kind = error.type if error.type in ERRORS else "an error of its own"
    line = f" in line {min(error.line, code.count(chr(10)) + 1)}" if error.line else ""
    if test.hidden:
        return f"The program stopped with {article(kind)}{line}."
    missing = missing_name(error, test, code)
    if missing is not None:
        return f"There is no `{missing}` in the program yet."
    return f"The program stopped{line} with `{error.type}: {error.message[:300]}`".rstrip(": `") + "`."


def article(kind: str) -> str:
    """Put an article before the name of an error."""
    if kind.startswith("an error"):
        return kind
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} `{kind}`"


def difference(outcome: Outcome, code: str) -> str:
    """Say what a visible test expected and what came instead."""
    test, result = outcome.test, outcome.result
    if test.kind == "stdin":
        return output_difference(str(test.expected), result.stdout, code)
    done = f"`{test.source}`" if test.kind == "call" else f"After `{flat(test.source)}` the result"
    actual = decode(result.value)
    if test.raises:
        return f"{done} should raise {article(test.raises)}, but it raised no error."
    expected = decode(test.expected)
    said = f"{done} should be `{show(expected)}`, but it was `{show(actual)}`."
    if actual is None:
        return f"{said} {NO_VALUE}"
    if type_name(actual) != type_name(expected):
        said += f" Look at the types: `{type_name(expected)}` was expected, `{type_name(actual)}` came."
    return said


def flat(source: str) -> str:
    """Put code on one line."""
    return "; ".join(line.strip() for line in source.strip().splitlines())


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
            return f"Line {number} of the output should be `{cut(want)}`, but it is `{cut(got)}`.{prompts}"
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
    return "\n".join([head, "", *map(test_text, grade.tests)])


def summary(grade: Grade) -> str:
    """Word an attempt for a teacher."""
    head = f"{grade.passed} of {grade.total} tests pass"
    failing = next((test for test in grade.tests if not test.passed), None)
    return head if failing is None else f"{head}. {failing.name}: {failing.message}"[:1000]


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
    if test.kind == "stdin":
        return f"Input:\n\n{block(test.source)}\n\nOutput:\n\n{block(shown_result(test))}"
    return f"```python\n{test.source}\n# {shown_result(test)}\n```"


def block(text: str) -> str:
    """Put text into a block that is shown as it is."""
    return f"```text\n{text.rstrip()}\n```"
