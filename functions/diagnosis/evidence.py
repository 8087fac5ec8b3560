"""From what the tests of an exercise showed to what is wrong with a program: the tests are the claim.

The first visible test that fails is the evidence; of a hidden one its hint is, or a call that is in no test
and on which program and solution differ. Where a repair was found, it names fault and line. While a test
fails, there is always a diagnosis.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from events.models import ParsedError
from functions.analysis import source
from functions.diagnosis.causes import Diagnosis, of_error, of_finding
from functions.diagnosis.findings import Finding
from functions.diagnosis.repair_search import Repair
from functions.diagnosis.repaired_faults import fault_of_repairs
from functions.diagnosis.wrong_results import Mismatch, cause_of
from functions.grading import wording
from functions.grading.calls import flat, missing_name
from functions.grading.checks import Test, shown_result
from functions.grading.grades import passes
from functions.grading.running import Outcome
from functions.grading.stops import error_of, line_of, stop_of
from functions.grading.values import decode, show
from functions.runtime.sandbox import ItemResult, ProgramError

RAISED = "I ran `{call}`, and Python stopped with `{error}`."
RAISED_AT_ALL = "I ran your program, and Python stopped with `{error}`."
HIDDEN = "All examples that you can see come out right. A further test does not: {hint}"
GOT = (
    "I tried `{call}`, which is no example of the task: it should give `{expected}`, and yours gives `{got}`."
)
BEGIN = "This is still the program that you were given, so let's begin. One example: {example}."
LIMITS = {"timeout": "TimeLimit", "memory_limit": "MemoryLimit"}
# Faults that are right wherever they are found: they need no repair to be told.
SURE = frozenset({"stored-in-place", "missing-return", "print-not-return", "after-return"})


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A call that is in no test, what a right program gives, and what this one does."""

    call: str
    expected: str
    got: str


def unfinished(code: str, starter: str) -> bool:
    """Whether a program is the starter code, or does nothing at all; comments and empty lines don't count."""
    try:
        tree, given = source.parse(code), source.parse(starter)
    except SyntaxError:
        return False
    nothing = all(_is_nothing(one) for one in tree.body)
    return nothing or ast.dump(tree) == ast.dump(given)


def _is_nothing(one: ast.stmt) -> bool:
    if isinstance(one, ast.FunctionDef | ast.ClassDef):
        return all(_is_nothing(inner) for inner in one.body)
    return isinstance(one, ast.Pass) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))


def to_begin(code: str, tests: Sequence[Test]) -> Diagnosis:
    """Give a way to begin, with the first example of the task."""
    example = next((said(test) for test in tests if not test.hidden), "the first one of the task")
    found = of_finding(Finding("not-begun", _last_line(code)), code)
    return replace(found, observed=BEGIN.format(example=example), case="begin", fix=None)


def _last_line(code: str) -> int:
    lines = [number for number, line in enumerate(code.splitlines(), 1) if line.strip()]
    return lines[-1] if lines else 0


def said(test: Test) -> str:
    """Say what a visible test wants."""
    if test.kind == "stdin":
        given = "; ".join(test.source.split("\n")).strip("; ")
        lines = str(test.expected).rstrip().splitlines() or [""]
        more = "" if len(lines) == 1 else f", as the first of {len(lines)} lines"
        typed = f"when `{given}` is typed in, " if given else ""
        return f"{typed}it should print `{wording.cut(lines[0])}`{more}"
    does = "print" if test.prints else "give"
    return f"`{wording.cut(flat(test.source))}` should {does} `{wording.cut(shown_result(test).rstrip())}`"


def failing(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Give the first test that fails, the visible ones first."""
    wrong = [outcome for outcome in outcomes if not passes(outcome)]
    return next((outcome for outcome in wrong if not outcome.test.hidden), next(iter(wrong), None))


def unseen(test: Test) -> Outcome:
    """Make the outcome of a hidden test of which only is known that it failed."""
    return Outcome(test, ItemResult(status="not_run"), "ok")


def of_grade(test: Test, message: str, code: str) -> Diagnosis:
    """Diagnose a program by what its grade says of a test that failed."""
    fault = "hidden-case" if test.hidden else "wrong-result"
    observed = HIDDEN.format(hint=test.hint) if test.hidden else message
    return replace(_observed(Finding(fault, 0), code, observed), case=test.name)


def of_failing(
    outcome: Outcome, code: str, found: Sequence[Repair] = (), other: Counterexample | None = None
) -> Diagnosis:
    """Diagnose a program of which a test fails."""
    test = outcome.test
    diagnosis = _hidden(outcome, code, found, other) if test.hidden else _visible(outcome, code, found)
    return replace(diagnosis, case=test.name)


def of_counterexample(other: Counterexample, code: str, found: Sequence[Repair] = ()) -> Diagnosis:
    """Diagnose a program that passes all tests and differs from a right one on another call."""
    return replace(_differing(other, code, found), case=other.call)


def _visible(outcome: Outcome, code: str, found: Sequence[Repair]) -> Diagnosis:
    test, error, stopped = outcome.test, error_of(outcome), stop_of(outcome, code)
    if error is not None and (name := missing_name(error, test, code)):
        return _observed(Finding("missing-definition", 0, {"name": name}), code, stopped)
    waits = error is not None and error.type == "EOFError" and test.kind != "stdin"
    if waits or (stopped and error is None and outcome.result.status not in LIMITS):
        line = line_of(error, code) if error is not None else None
        return _observed(Finding("ends-too-early", line or 0), code, stopped)
    if outcome.result.status in LIMITS:
        told = ParsedError(type=LIMITS[outcome.result.status], message="")
        return replace(of_error(told, code), observed=stopped, fix=None)
    if error is not None:
        return _raised(error, outcome, code, found)
    observed = wording.difference(outcome, code)
    if test.kind == "stdin" and test.source.strip():
        observed = f"I typed in `{'; '.join(test.source.split())}`. {observed}"
    return _located(code, found, _mismatch(outcome), observed)


def _mismatch(outcome: Outcome) -> Mismatch:
    test = outcome.test
    if test.kind == "stdin":
        return Mismatch(str(test.expected).strip(), outcome.result.stdout.strip(), seen=True)
    if test.prints:
        return Mismatch(str(test.expected).strip(), str(outcome.result.value).strip(), seen=True)
    return Mismatch(shown_result(test), show(decode(outcome.result.value)), seen=True)


def _hidden(outcome: Outcome, code: str, found: Sequence[Repair], other: Counterexample | None) -> Diagnosis:
    if other is not None:
        return _differing(other, code, found)
    return _observed(Finding("hidden-case", 0), code, HIDDEN.format(hint=outcome.test.hint))


def _differing(other: Counterexample, code: str, found: Sequence[Repair]) -> Diagnosis:
    observed = GOT.format(call=other.call, expected=other.expected, got=other.got)
    return _located(code, found, Mismatch(other.expected, other.got, seen=True), observed)


def _located(code: str, found: Sequence[Repair], mismatch: Mismatch, observed: str) -> Diagnosis:
    """Name fault and line where a repair was seen to work; else say what was seen and no more."""
    finding = fault_of_repairs(code, found)
    if finding is None:
        made = cause_of(mismatch, code)
        finding = made if made.fault in SURE else Finding("wrong-result", 0)
    diagnosis = _observed(finding, code, observed, mismatch)
    return replace(diagnosis, fix=found[0].code) if found else diagnosis


def _observed(finding: Finding, code: str, observed: str, mismatch: Mismatch | None = None) -> Diagnosis:
    return replace(of_finding(finding, code, mismatch), observed=observed, fix=None)


def _raised(error: ProgramError, outcome: Outcome, code: str, found: Sequence[Repair]) -> Diagnosis:
    line = line_of(error, code)
    if line is None and found:
        return _located(code, found, _mismatch(outcome), stop_of(outcome, code))
    told = ParsedError(type=error.type, message=error.message, line=line)
    shown = wording.cut(f"{error.type}: {error.message}".rstrip(": "))
    call = wording.cut(flat(outcome.test.source))
    by_call = RAISED.format(call=call, error=shown)
    observed = RAISED_AT_ALL.format(error=shown) if outcome.test.kind == "stdin" else by_call
    if line is None:
        observed = stop_of(outcome, code)
    diagnosis = replace(of_error(told, code), observed=observed)
    return replace(diagnosis, fix=found[0].code) if found else diagnosis
