"""Whether a program does what it should: by the tests of its exercise, the examples in it, or a run."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from functions.code_review.rulebook import Finding, found
from functions.domain.grading.checks import Test
from functions.domain.grading.grades import Grade, grade
from functions.domain.grading.running import Executes, Outcome, run_apart

MOST_EXAMPLES = 10
LIMITS = {"timeout": "time", "memory_limit": "memory", "output_limit": "output"}
READS = frozenset({"input"})


@dataclass(frozen=True, slots=True)
class Correctness:
    """The share of the tests that pass, and a finding for each that does not; no share: nothing to test."""

    share: float | None
    findings: tuple[Finding, ...] = ()


UNTESTED = Correctness(None)


async def judge(sandbox: Executes, code: str, tests: Sequence[Test]) -> Correctness:
    """Run what there is to run; raises SandboxAway when that was not possible."""
    tests = tests or examples_in(code)
    if tests:
        outcomes = await run_apart(sandbox, code, tests)
        return _tested(grade(outcomes, code), outcomes, code)
    if READS & {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}:
        return UNTESTED
    [outcome] = await run_apart(sandbox, code, [Test(name="it runs", kind="stdin", source="", expected="")])
    return _ran(outcome)


def examples_in(code: str) -> list[Test]:
    """Read the examples in docstrings, `>>> call` and below it the value, as tests."""
    return list(_examples(code))[:MOST_EXAMPLES]


def _examples(code: str) -> Iterator[Test]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            continue
        for example in _doctests(ast.get_docstring(node) or ""):
            source, told = example.source.strip(), example.want.strip()
            try:
                ast.parse(source, mode="eval")
                expected = _marked(ast.literal_eval(told))
            except (SyntaxError, ValueError):
                continue
            yield Test(name=f"the example {source}"[:80], kind="call", source=source, expected=expected)


def _doctests(text: str) -> list[doctest.Example]:
    try:
        return doctest.DocTestParser().get_examples(text)
    except ValueError:
        return []


def _marked(value: Any) -> Any:
    """Write a literal as the sandbox writes values."""
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, tuple | set):
        return {"type": type(value).__name__, "value": [_marked(item) for item in value]}
    if isinstance(value, dict):
        return {"type": "dict", "value": [[_marked(key), _marked(item)] for key, item in value.items()]}
    if isinstance(value, bytes | complex):
        raise ValueError("such values are not compared")
    return value


def _tested(made: Grade, outcomes: Sequence[Outcome], code: str) -> Correctness:
    failing = [(o, r) for o, r in zip(outcomes, made.tests, strict=True) if not r.passed]
    findings = (
        found(
            "LF301",
            _line(outcome, code),
            name=result.name,
            detail=result.message,
            weight=outcome.test.weight,
        )
        for outcome, result in failing
    )
    return Correctness(made.score, tuple(findings))


def _ran(outcome: Outcome) -> Correctness:
    ended, error = outcome.result.status, outcome.result.error or outcome.error
    if ended in LIMITS:
        return Correctness(0.0, (found("LF303", 1, name=LIMITS[ended]),))
    if error is not None and error.type != "SystemExit":
        said = f"{error.type}: {error.message[:200]}".rstrip(": ")
        return Correctness(0.0, (found("LF302", error.line or 1, name=said),))
    return Correctness(1.0)


def _line(outcome: Outcome, code: str) -> int:
    """Say where to look: the line of an error, else the function that the test calls."""
    error = outcome.result.error or outcome.error
    last = max(1, len(code.splitlines()))
    if error is not None and error.line:
        return min(error.line, last)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and f"{node.name}(" in outcome.test.source:
            return node.lineno
    return 1
