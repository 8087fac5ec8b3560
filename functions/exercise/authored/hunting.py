"""Hunt for wrong programs that pass all tests of a teacher's exercise, within a time.

Only single slips are tried, which are what beginners write. Inputs on which right programs differ among each
other are outside of the task.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from functions.analysis import source
from functions.analysis.errors import CutOff
from functions.analysis.walls import Calls
from functions.authoring.content import Authored
from functions.exercise.attacking import (
    Survivor,
    agree,
    guarded,
    killed,
    run_portions,
    within,
    wrong_programs,
)
from functions.exercise.authored.empties import untested
from functions.exercise.authored.rehearsal import Failure
from functions.exercise.inputs import more_inputs
from functions.exercise.instance import Instance
from functions.grading.checks import Test
from functions.grading.grades import passes
from functions.grading.running import Executes, Outcome, run_tests
from functions.grading.values import decode

MAX_PROGRAMS = 260
MAX_TOLD = 3
MAX_INPUTS = 80
AT_ONCE = 3
SEED = 1


@dataclass(slots=True)
class Hunt:
    """What was found: survivors, how many programs were tried, which tests some failed, and which did."""

    survivors: list[Survivor] = field(default_factory=list)
    tried: int = 0
    failed: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)


async def hunt(
    sandbox: Executes,
    instance: Instance,
    others: Sequence[str],
    exercise: Authored,
    call: Calls,
    over: Callable[[], bool],
) -> Hunt:
    """Try wrong programs until the time is over, or a few have survived."""
    found = Hunt()
    try:
        programs = await call(slips, instance.solution, MAX_PROGRAMS)
        made = await call(inputs, instance.tests, instance.solution, instance.instructions)
    except CutOff:
        # Only a solution far beyond an exercise is too long for its slips to be made.
        return found
    solution = guarded(instance.solution, exercise.requires)
    proofs = await _proofs(sandbox, solution, others, made)
    waiting = iter([stub(instance.solution), instance.starter, constant(instance), *programs])

    async def worker() -> None:
        for code in waiting:
            if over() or len(found.survivors) >= MAX_TOLD:
                return
            await _try(sandbox, instance, code, proofs, found)

    ended = await asyncio.gather(*(worker() for _ in range(AT_ONCE)), return_exceptions=True)
    for error in ended:
        if error is not None:
            raise error
    await _hunt_empty(sandbox, instance, solution, others, call, found)
    return found


async def _hunt_empty(
    sandbox: Executes, instance: Instance, solution: str, others: Sequence[str], call: Calls, found: Hunt
) -> None:
    """Tell of lists that are never empty in a test, where the task has an answer for an empty one."""
    for one in await call(untested, instance.tests, instance.solution):
        proofs = await _proofs(sandbox, solution, others, [one.input])
        if proofs and len(found.survivors) <= MAX_TOLD:
            await _try(sandbox, instance, one.program, proofs, found)


def slips(solution: str, most: int) -> list[str]:
    """Make wrong programs; runs behind walls."""
    return list(islice(wrong_programs(solution, SEED, doubles=0), most))


def inputs(tests: Sequence[Test], solution: str, text: str) -> list[Test]:
    """Make inputs that the task may have, by its tests and text; runs behind walls."""
    return list(more_inputs(tests, solution, MAX_INPUTS, SEED, text))


def stub(solution: str) -> str:
    """Make the program in which everything is there and does nothing."""
    tree = source.parse(solution)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [ast.Pass()]
    kept = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    tree.body = [node for node in tree.body if isinstance(node, kept)]
    return f"{ast.unparse(tree)}\n"


def constant(instance: Instance) -> str:
    """Make the program that gives what the first test expects, whatever it is given."""
    first = instance.tests[0]
    if first.kind == "stdin":
        return f"print({str(first.expected)!r}, end='')\n"
    tree = source.parse(stub(instance.solution))
    value = f"print({str(first.expected)!r}, end='')" if first.prints else repr(decode(first.expected))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = list(source.parse(value if first.prints else f"return {value}").body)
    return f"{ast.unparse(tree)}\n"


async def _proofs(
    sandbox: Executes, solution: str, others: Sequence[str], made: Sequence[Test]
) -> list[Outcome]:
    """Run the solution on made inputs, and keep those on which all right programs agree."""
    proofs = await within(sandbox, solution, made)
    for code in others:
        outcomes = await run_portions(sandbox, code, [proof.test for proof in proofs])
        proofs = [proof for proof, other in zip(proofs, outcomes, strict=True) if agree(proof, other)]
    return sorted(proofs, key=lambda proof: len(proof.test.source))


async def _try(
    sandbox: Executes, instance: Instance, code: str, proofs: Sequence[Outcome], found: Hunt
) -> None:
    outcomes = await run_tests(sandbox, code, instance.tests, again=False)
    found.tried += 1
    # What had no turn after an endless loop has not failed.
    ran = [outcome for outcome in outcomes if outcome.result.status != "not_run"]
    found.failed.update(outcome.test.name for outcome in ran if not passes(outcome))
    if not all(map(passes, outcomes)):
        if len(ran) == len(outcomes) and any(map(passes, outcomes)) and code != instance.starter:
            found.failures.append(Failure(code, tuple(outcomes)))
        return
    survivor = await killed(sandbox, code, proofs)
    told = {one.input.source for one in found.survivors}
    if survivor is not None and survivor.input.source not in told:
        found.survivors.append(survivor)
