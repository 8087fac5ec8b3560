"""Whether a program does what it should: by the tests of its exercise, or by examples of what it does.

Where there is neither, nothing is said of it: the program is run, and what came of it is told for what it is.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from functions.analysis.source import literal, parse, parse_expression
from functions.code_review import trials
from functions.code_review.rulebook import Finding, found
from functions.diagnosis import claims
from functions.grading.checks import Test
from functions.grading.grades import Grade, grade
from functions.grading.repeating import run_reliably
from functions.grading.running import Executes, Outcome, run_apart

MAX_EXAMPLES = 10
LIMITS = {"timeout": "time", "memory_limit": "memory", "output_limit": "output"}
READS = frozenset({"input"})
# A test that fails is about the whole program.
NO_LINE = 0
EXAMPLES = YOURS, IN_THE_CODE = "your example", "the example"


Seen = Literal["tested", "ran", "stopped", "lacking", "limited", "asks", "unread"]


@dataclass(frozen=True, slots=True)
class Correctness:
    """The share of the tests that pass, and a finding for each that does not; no share: nothing to test.

    `seen` says how that is known, `note` what came of the run: an error, a limit, or a call and its result.
    """

    share: float | None
    findings: tuple[Finding, ...] = ()
    seen: Seen = "unread"
    note: str = ""
    passed: int = 0
    total: int = 0

    @property
    def complete(self) -> bool:
        """Whether there were tests, and all of them passed."""
        return self.seen == "tested" and self.passed == self.total


UNTESTED = Correctness(None)


def examples(code: str, text: str) -> list[Test]:
    """Read examples as tests: those in the program's docstrings, and those in the text that came with it."""
    return _once([*examples_in(code), *examples_told(text, code)])[:MAX_EXAMPLES]


async def judge(sandbox: Executes, code: str, tests: Sequence[Test]) -> Correctness:
    """Run tests or examples, or else the program alone; raises SandboxAway when that was not possible."""
    if tests:
        outcomes = [_without_prompts(outcome) for outcome in await run_reliably(sandbox, code, tests)]
        return _tested(grade(outcomes, code), outcomes)
    if READS & {node.id for node in ast.walk(parse(code)) if isinstance(node, ast.Name)}:
        return Correctness(None, seen="asks")
    [outcome] = await run_apart(sandbox, code, [Test(name="it runs", kind="stdin", source="", expected="")])
    seen = _ran(outcome, code)
    if seen.seen != "ran":
        return seen
    called = await trials.tried(sandbox, code)
    return replace(seen, note=f"I called `{called[0]}`: {called[1]}." if called else seen.note)


def examples_in(code: str) -> list[Test]:
    """Read the examples in docstrings, `>>> call` and below it the value, as tests."""
    return list(_examples(code))[:MAX_EXAMPLES]


def examples_told(text: str, code: str) -> list[Test]:
    """Read the examples in a text as tests: "add(2, 3) should give 5", `>>>` blocks, "for 3 it prints 6"."""
    called = (_called(source, told) for source, told in claims.examples(text, code))
    typed = (
        Test(
            name=f"{YOURS} with the input {given}"[:80],
            kind="stdin",
            source=f"{given}\n",
            expected=f"{wanted}\n",
        )
        for given, wanted in claims.inputs(text)
    )
    reads = READS & {node.id for node in ast.walk(parse(code)) if isinstance(node, ast.Name)}
    return [*filter(None, called), *(typed if reads else ())]


def _called(source: str, told: str, name: str = YOURS) -> Test | None:
    try:
        parse_expression(source)
        expected = _marked(literal(told))
    except SyntaxError:
        return None
    return Test(name=f"{name} {source}"[:80], kind="call", source=source, expected=expected)


def _once(tests: Sequence[Test]) -> list[Test]:
    """Leave out tests that say the same again; of two that contradict each other the first counts."""
    return list({(test.kind, test.source): test for test in reversed(tests)}.values())[::-1]


def _without_prompts(outcome: Outcome) -> Outcome:
    """Leave the questions out that a program asks on the way to what an example says that it prints."""
    test, printed = outcome.test, outcome.result.stdout.rstrip()
    told = str(test.expected).rstrip()
    if test.kind != "stdin" or not test.name.startswith(YOURS) or not printed.endswith(told):
        return outcome
    before = printed.removesuffix(told)[-1:]
    whole = not (before.isalnum() or before in ("-", "."))
    return replace(outcome, result=replace(outcome.result, stdout=told)) if whole else outcome


def _examples(code: str) -> Iterator[Test]:
    for node in ast.walk(parse(code)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            continue
        for example in _doctests(ast.get_docstring(node) or ""):
            test = _called(example.source.strip(), example.want.strip(), IN_THE_CODE)
            if test is not None:
                yield test


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


def _tested(made: Grade, outcomes: Sequence[Outcome]) -> Correctness:
    failing = [(o, r) for o, r in zip(outcomes, made.tests, strict=True) if not r.passed]
    findings = tuple(
        found(
            "LF301",
            NO_LINE,
            name=_called_by(result.name),
            detail=result.message,
            weight=outcome.test.weight,
        )
        for outcome, result in failing
    )
    return Correctness(made.score, findings, "tested", passed=made.passed, total=made.total)


def _called_by(name: str) -> str:
    """Say which test is meant; an example that the student gave needs no quotes."""
    return name[:1].upper() + name[1:] if name.startswith(EXAMPLES) else f"The test '{name}'"


def _ran(outcome: Outcome, code: str) -> Correctness:
    ended, error = outcome.result.status, outcome.result.error or outcome.error
    if ended in LIMITS:
        return Correctness(None, seen="limited", note=LIMITS[ended])
    if error is None or error.type == "SystemExit":
        printed = outcome.result.stdout.strip().splitlines()
        return Correctness(None, seen="ran", note=f"It printed `{printed[-1][:80]}` last." if printed else "")
    said = f"{error.type}: {error.message[:200]}".rstrip(": ")
    if trials.lacking(error, code):
        return Correctness(None, seen="lacking", note=said)
    return Correctness(0.0, (found("LF302", error.line or 1, name=said),), "stopped", said)
