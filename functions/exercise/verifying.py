"""An exercise reaches a student only after its solution, its starter code and its wrong programs were run."""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import Any

from functions.analysis import source
from functions.exercise.errors import BankError, NotVerified
from functions.exercise.instance import Instance
from functions.exercise.mutating import mutants
from functions.grading.checks import Test
from functions.grading.grades import grade, same_output
from functions.grading.running import Executes, Outcome, run_tests
from functions.grading.values import Opaque, decode, same

MIN_FAILING = 3
MAX_MADE = 12
MAX_MS = 1000.0


async def verify(sandbox: Executes, instance: Instance) -> Instance:
    """Prove an exercise and fill in what its tests expect.

    The instructions name what the tests use; the solution passes in less than a second and gives the same
    twice; the starter code fails, and so do all known wrong programs, three at least. Raises NotVerified
    saying which of these does not hold, SandboxAway when that could not be found out.
    """
    check(instance, not (missing := unnamed(instance)), f"the instructions do not name {missing}")
    ready = await solved(sandbox, instance)
    await fail(sandbox, ready)
    return ready


async def solved(sandbox: Executes, instance: Instance) -> Instance:
    """Fill in what the tests expect; check that the solution gives it again, in time, and the starter not."""
    first = await solve(sandbox, instance)
    ready = instance.expecting(first)
    # Twice: a solution that depends on chance, time or the order of a set gives another result.
    again = await run_tests(sandbox, ready.solution, ready.tests)
    took = sum(outcome.result.duration_ms or 0.0 for outcome in again)
    check(instance, took < MAX_MS, f"the solution takes {took:.0f} ms")
    check(instance, grade(again, ready.solution).complete, "the solution does not give the same twice")
    for written, test in zip(instance.written, ready.tests, strict=True):
        right = written is None or as_written(test, written)
        check(instance, right, f"{test.name!r} gives {test.expected!r}, the bank says {written!r}")
    check(instance, not await solves(sandbox, ready, ready.starter), "the starter code passes")
    return ready


async def fail(sandbox: Executes, instance: Instance) -> None:
    """Check that every known wrong program fails; where fewer than three are known, some are made."""
    for number, program in enumerate(instance.mutants):
        check(instance, not await solves(sandbox, instance, program), f"wrong program {number} passes")
    failing = len(instance.mutants)
    # Not all mutants are wrong; a dozen tries are enough where the tests are any good.
    for program in islice(mutants(instance.solution), MAX_MADE):
        if failing >= MIN_FAILING:
            break
        failing += not await solves(sandbox, instance, program)
    check(instance, failing >= MIN_FAILING, f"only {failing} wrong programs fail")


def unnamed(instance: Instance) -> set[str]:
    """Name the functions and classes that tests use and the instructions do not tell of."""
    top = source.parse(instance.solution).body
    defined = {node.name for node in top if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    sources = " ".join(test.source for test in instance.tests if test.kind != "stdin")
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", instance.instructions))))
    return defined & set(re.findall(r"\w+", sources)) - told


async def solve(sandbox: Executes, instance: Instance) -> list[Any]:
    """Run the solution and give what each test should expect."""
    outcomes = await run_tests(sandbox, instance.solution, instance.tests)
    return [expected_of(instance, outcome) for outcome in outcomes]


def expected_of(instance: Instance, outcome: Outcome) -> Any:
    """Read what the solution did in one test; what is written in the bank must agree."""
    test, result = outcome.test, outcome.result
    what = f"test {test.name!r}: {outcome.ended}, {result.status}, {result.error}"
    check(instance, result.status == "ok", what)
    if test.kind == "stdin":
        return result.stdout
    check(instance, not isinstance(decode(result.value), Opaque), f"{what}: the value cannot be compared")
    check(instance, not test.raises or result.value == test.raises, f"{what}: no {test.raises}")
    return result.value


def as_written(test: Test, written: str) -> bool:
    """Whether the solution does what the bank says."""
    if test.kind == "stdin" or test.prints:
        return same_output(written, str(test.expected))
    return same(literal(written), decode(test.expected), test.tolerance)


async def solves(sandbox: Executes, instance: Instance, code: str) -> bool:
    """Whether a program passes all tests."""
    return grade(await run_tests(sandbox, code, instance.tests), code).complete


def check(instance: Instance, holds: bool, what: str) -> None:
    """Raise NotVerified unless something holds."""
    if not holds:
        raise NotVerified(f"{instance.bank_id} variation {instance.variation}: {what}")


def literal(text: str) -> Any:
    """Read an expected value as it is written in the bank."""
    try:
        return source.literal(text)
    except SyntaxError as error:
        raise BankError(f"{text!r} is no literal: {error}") from error
