"""From outcomes to a grade: compared here, outside the student's process. Every function is pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from functions.grading import wording
from functions.grading.calls import missing_name
from functions.grading.pasted import pasted
from functions.grading.running import Outcome
from functions.grading.stops import error_of, stop_of
from functions.grading.values import decode, same
from functions.runtime.sandbox import ProgramError

Status = Literal["passed", "failed", "error", "timeout", "memory_limit"]


@dataclass(frozen=True, slots=True)
class TestResult:
    """What a student is told of one test."""

    __test__ = False

    name: str
    passed: bool
    message: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """The score of a program, 0 to 1 by weight, its tests, and the error that it met.

    A program that only knows the results of the examples is `pasted`, and has no score.
    """

    score: float
    passed: int
    total: int
    status: Status
    tests: list[TestResult]
    error: ProgramError | None = None
    pasted: bool = False

    @property
    def complete(self) -> bool:
        """Whether every test passed."""
        return self.passed == self.total


def grade(outcomes: Sequence[Outcome], code: str) -> Grade:
    """Grade the outcomes of all tests of an exercise."""
    shown = [outcome for outcome in outcomes if not outcome.test.hidden]
    stopped = bool(shown) and all(stop_of(outcome, code) for outcome in shown)
    results = [judge(outcome, code, stopped=stopped) for outcome in outcomes]
    passed = sum(result.passed for result in results)
    examples = [outcome.test for outcome in shown] if all(map(passes, shown)) else []
    copied = bool(examples) and passed < len(results) and pasted(code, examples)
    marks = [(o.test.weight, r.passed) for o, r in zip(outcomes, results, strict=True)]
    return Grade(
        score=0.0 if copied else score(marks),
        passed=passed,
        total=len(results),
        status="passed" if passed == len(results) else status_of(outcomes),
        tests=results,
        error=error_met(outcomes, code),
        pasted=copied,
    )


def score(marks: Sequence[tuple[float, bool]]) -> float:
    """Give the share of the weights that passed: 1.0 only if all did, 0.0 without tests."""
    if marks and all(passed for _, passed in marks):
        return 1.0
    total = sum(weight for weight, _ in marks)
    # Never 1.0 by rounding while a test fails.
    return min(sum(weight for weight, passed in marks if passed) / total, 0.9999) if total else 0.0


def worse(first: Sequence[Outcome], second: Sequence[Outcome]) -> list[Outcome]:
    """Take the worse of two runs of the same tests, marked where one passes and the other does not."""
    return [_worse(one, other) for one, other in zip(first, second, strict=True)]


def _worse(one: Outcome, other: Outcome) -> Outcome:
    if passes(one) == passes(other):
        return one if one.differs or not other.differs else other
    # A program that passes by chance once has not passed.
    return replace(other if passes(one) else one, differs=True)


def status_of(outcomes: Sequence[Outcome]) -> Status:
    """Name what went most wrong in a program that does not pass."""
    seen = {outcome.ended for outcome in outcomes} | {outcome.result.status for outcome in outcomes}
    if "timeout" in seen:
        return "timeout"
    if "memory_limit" in seen:
        return "memory_limit"
    return "error" if seen - {"ok"} else "failed"


def error_met(outcomes: Sequence[Outcome], code: str) -> ProgramError | None:
    """Give the first error of the student's own that was met where nothing hidden can be in its words."""
    for outcome in outcomes:
        error = error_of(outcome)
        if error and not outcome.test.hidden and missing_name(error, outcome.test, code) is None:
            return error
    return None


def judge(outcome: Outcome, code: str, *, stopped: bool = False) -> TestResult:
    """Tell whether a test passed, and what to say about it."""
    test = outcome.test
    passed = passes(outcome)
    message = wording.PASSED if passed else wording.failure(outcome, code, stopped=stopped)
    return TestResult(test.name, passed, message, test.hidden)


def passes(outcome: Outcome) -> bool:
    """Compare what came out with what the test expects."""
    test, result = outcome.test, outcome.result
    if result.error is not None:
        return False
    if test.kind == "stdin":
        # A program may end with an exit code of its own choice once all is printed.
        return result.status in ("ok", "error") and same_output(str(test.expected), result.stdout)
    if test.prints:
        return result.status == "ok" and same_output(str(test.expected), str(result.value))
    return result.status == "ok" and same(decode(test.expected), decode(result.value), test.tolerance)


def same_output(expected: str, actual: str) -> bool:
    """Compare printed text: spaces at the end of a line and blank lines at the end do not matter."""
    return wording.lines_of(expected) == wording.lines_of(actual)


def source_hash(code: str) -> str:
    """Tell programs apart, spaces at the ends of lines and blank lines left out."""
    text = "\n".join(line.rstrip() for line in code.splitlines() if line.strip())
    return hashlib.sha256(text.encode()).hexdigest()[:16]
