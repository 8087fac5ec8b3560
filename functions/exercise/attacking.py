"""Attack the tests of an exercise: wrong programs that pass them all, and the inputs that would tell.

Single mutants, pairs of them and structural variants of the solution, and programs written by hand, are run
on the tests; the few that pass are run on inputs made from those of the tests, beside the solution. It
costs one execution for each program and some for each survivor; it misses programs that solve the task
another way, and inputs that no change of the tests' own leads to.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from functions.analysis import source
from functions.exercise.inputs import more_inputs
from functions.exercise.instance import Instance
from functions.exercise.mutating import mutants
from functions.exercise.variants import variants
from functions.grading.checks import Test
from functions.grading.grades import grade, same_output
from functions.grading.running import Executes, Outcome, run_tests
from functions.grading.values import decode, same, show

DOUBLES = 40
INPUTS = 80
PORTION = 40


@dataclass(frozen=True, slots=True)
class Survivor:
    """A wrong program that passes every test, and an input on which it differs from the solution.

    `proof` is what the solution does with the input.
    """

    program: str
    input: Test
    right: str
    given: str
    proof: Outcome | None = None


def wrong_programs(solution: str, seed: int, doubles: int = DOUBLES) -> Iterator[str]:
    """Give programs with one or two changes; some of them may still be right."""
    normal = ast.unparse(source.parse(solution))
    made = dict.fromkeys([*mutants(solution), *variants(solution)])
    singles = [program for program in made if program.strip() != normal]
    yield from singles
    dice = random.Random(seed)  # noqa: S311  # chooses programs, guards nothing
    for first in dice.sample(singles, min(doubles, len(singles))):
        # The second change may undo the first.
        second = [one for one in (*mutants(first), *variants(first)) if one.strip() != normal]
        if second:
            yield dice.choice(second)


async def survivors(
    sandbox: Executes,
    instance: Instance,
    programs: Iterable[str],
    *,
    requires: str | None = None,
    seed: int = 1,
    inputs: int = INPUTS,
) -> list[Survivor]:
    """Find the programs that pass all tests of a proven exercise and differ from its solution elsewhere.

    `requires` says of which parameters the task speaks, as a condition on those of its first function.
    """
    passing = [code for code in programs if await _passes_all(sandbox, instance, code)]
    if not passing:
        return []
    made = list(more_inputs(instance.tests, instance.solution, inputs, seed))
    proofs = await within(sandbox, guarded(instance.solution, requires), made)
    found = [await killed(sandbox, code, proofs) for code in passing]
    return [survivor for survivor in found if survivor is not None]


async def _passes_all(sandbox: Executes, instance: Instance, code: str) -> bool:
    return grade(await run_tests(sandbox, code, instance.tests), code).complete


def guarded(solution: str, requires: str | None) -> str:
    """Let the solution fail where a condition on its parameters does not hold."""
    tree = source.parse(solution)
    first = next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)
    if requires is None or first is None:
        return solution
    first.body.insert(0, ast.Assert(source.parse_expression(requires).body))
    return ast.unparse(ast.fix_missing_locations(tree))


async def within(sandbox: Executes, solution: str, made: Sequence[Test]) -> list[Outcome]:
    """Run the solution on made inputs; those on which it fails are outside of the task and left out.

    An error that the solution raises by itself is a result like any other.
    """
    outcomes = await run_portions(sandbox, solution, made)
    meant = raised_by(solution)
    return [outcome for outcome in outcomes if _usable(outcome, meant)]


def raised_by(solution: str) -> frozenset[str]:
    """Name the errors that a program raises by itself."""
    raised = [node.exc for node in ast.walk(source.parse(solution)) if isinstance(node, ast.Raise)]
    called = [one.func if isinstance(one, ast.Call) else one for one in raised]
    return frozenset(one.id for one in called if isinstance(one, ast.Name))


async def run_portions(sandbox: Executes, code: str, tests: Sequence[Test]) -> list[Outcome]:
    """Run many tests, a portion in each execution."""
    portions = [tests[start : start + PORTION] for start in range(0, len(tests), PORTION)]
    return [outcome for portion in portions for outcome in await run_tests(sandbox, code, portion)]


def _usable(outcome: Outcome, meant: frozenset[str]) -> bool:
    error = outcome.result.error
    if error is not None and outcome.test.kind != "stdin":
        return error.type in meant
    if outcome.result.status != "ok":
        return False
    value = decode(outcome.result.value)
    # What has no data form equals nothing, not even itself.
    return outcome.test.kind == "stdin" or same(value, value)


async def killed(sandbox: Executes, code: str, proofs: Sequence[Outcome]) -> Survivor | None:
    """Find an input on which a program differs from the solution."""
    for start in range(0, len(proofs), PORTION):
        portion = proofs[start : start + PORTION]
        outcomes = await run_tests(sandbox, code, [proof.test for proof in portion])
        for proof, outcome in zip(portion, outcomes, strict=True):
            if not agree(proof, outcome):
                return Survivor(code, proof.test, _said(proof), _said(outcome), proof)
    return None


def agree(proof: Outcome, outcome: Outcome) -> bool:
    """Whether a program does with an input what the solution does."""
    if proof.test.kind == "stdin":
        return outcome.result.status in ("ok", "error") and same_output(
            proof.result.stdout, outcome.result.stdout
        )
    if proof.result.error is not None:
        return outcome.result.error is not None and outcome.result.error.type == proof.result.error.type
    if outcome.result.status != "ok":
        return False
    return same(decode(proof.result.value), decode(outcome.result.value), proof.test.tolerance)


def _said(outcome: Outcome) -> str:
    error = outcome.result.error or outcome.error
    if outcome.result.status != "ok" and error is not None:
        return f"{error.type}: {error.message}"
    return repr(outcome.result.stdout) if outcome.test.kind == "stdin" else show(decode(outcome.result.value))
