"""Prove a teacher's exercise: solutions pass, the starter and wrong programs fail, each test tells something.

Each row of the table of values costs a few executions, and the attack on the first row one for each wrong
program until the time is up. What is missed is what `attacking` misses: programs that solve the task in
another way, and inputs that no change of the tests' own leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from functions.analysis import source
from functions.analysis.walls import Calls
from functions.authoring.content import Authored
from functions.exercise.authored import problems as say
from functions.exercise.authored.hunting import Hunt, hunt
from functions.exercise.authored.instances import instances, program
from functions.exercise.authored.problems import Problem, in_row, of_survivor, of_test
from functions.exercise.authored.rehearsal import Failure
from functions.exercise.instance import Instance
from functions.exercise.verifying import MAX_MS, as_written, unnamed
from functions.grading.checks import Test
from functions.grading.grades import TestResult, grade, judge
from functions.grading.repeating import run_reliably
from functions.grading.running import Executes, Outcome, run_tests
from functions.grading.values import Opaque, decode, show, type_name
from functions.guardrails.solution_leaks import reveals_line


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it: problems, or the variations with all that their tests expect, and a rehearsal."""

    problems: list[Problem]
    variations: list[Instance]
    failures: list[Failure] = field(default_factory=list)


async def prove(
    sandbox: Executes,
    quick: Executes,
    exercise_id: UUID,
    exercise: Authored,
    call: Calls,
    over: Callable[[], bool],
) -> Proof:
    """Prove an exercise; wrong programs run in the `quick` sandbox until the time is `over`.

    Raises SandboxAway when the sandbox is to blame for a run without a result.
    """
    if missing := _incomplete(exercise):
        return Proof(missing, [])
    made = instances(exercise_id, exercise)
    found = [*_of_text(exercise, made[0])]
    ready: list[Instance] = []
    for number, instance in enumerate(made):
        told, proven = await _row(sandbox, instance, exercise)
        found += [in_row(problem, number) for problem in told] if number else told
        if told:
            break
        ready.append(proven)
    if not ready:
        return Proof(found, [])
    others = [program(code, exercise.rows[0]) for code in exercise.solutions]
    hunted = await hunt(quick, ready[0], others, exercise, call, over)
    found += [of_survivor(one) for one in hunted.survivors]
    found += [_says_nothing(test) for test in empty_tests(ready[0], hunted)]
    return Proof(found, [] if found else ready, hunted.failures)


def _incomplete(exercise: Authored) -> list[Problem]:
    found = [] if exercise.tests else [Problem(kind="incomplete", message=say.NO_TESTS)]
    if not exercise.solution.strip():
        found.append(Problem(kind="incomplete", message=say.NO_SOLUTION))
    else:
        try:
            source.parse(program(exercise.solution, exercise.rows[0]))
        except SyntaxError as error:
            where = f"{error.msg} in line {error.lineno}" if error.lineno else error.msg
            found.append(Problem(kind="solution", message=say.UNREADABLE.format(error=where)))
    return found


def _of_text(exercise: Authored, instance: Instance) -> list[Problem]:
    """Tell what the texts leave out, or give away."""
    # A name in plain words is a name too: teachers write without backticks.
    words = f"{instance.instructions} {instance.starter}".replace("`", " ")
    told = replace(instance, instructions=f"`{words}`")
    found = []
    if missing := unnamed(told):
        names = ", ".join(f"`{name}`" for name in sorted(missing))
        found.append(Problem(kind="instructions", message=say.UNNAMED.format(names=names)))
    for test in exercise.tests:
        if test.hint and reveals_line(test.hint, instance.solution, instance.starter):
            found.append(Problem(kind="hint", message=say.REVEALS.format(name=test.name), test=test.name))
    return found


async def _row(sandbox: Executes, instance: Instance, exercise: Authored) -> tuple[list[Problem], Instance]:
    """Prove one variation; gives it with what its tests expect."""
    first = await run_tests(sandbox, instance.solution, instance.tests)
    found = [
        of_test("solution", outcome.test, message)
        for outcome, written in zip(first, instance.written, strict=True)
        if (message := wrong(outcome, written, instance.solution))
    ]
    took = sum(outcome.result.duration_ms or 0.0 for outcome in first)
    if not found and took >= MAX_MS:
        found.append(Problem(kind="solution", message=say.SLOW.format(took=took / 1000)))
    if found:
        return found, instance
    ready = instance.expecting([result_of(outcome) for outcome in first])
    again = grade(await run_reliably(sandbox, ready.solution, ready.tests), ready.solution)
    if not again.complete:
        return [Problem(kind="solution", message=say.BY_CHANCE)], ready
    for code in exercise.solutions:
        filled = program(code, exercise.rows[instance.variation])
        found += await _other(sandbox, ready, filled)
    if grade(await run_tests(sandbox, ready.starter, ready.tests), ready.starter).complete:
        found.append(Problem(kind="starter", message=say.STARTER, program=ready.starter))
    return found, ready


async def _other(sandbox: Executes, ready: Instance, code: str) -> list[Problem]:
    graded = await run_tests(sandbox, code, ready.tests)
    for outcome in graded:
        told = seen(outcome, code)
        if not told.passed:
            message = say.OTHER.format(name=outcome.test.name, message=told.message)
            return [of_test("other_solution", outcome.test, message, code)]
    return []


def wrong(outcome: Outcome, written: str | None, solution: str) -> str | None:
    """Say in which way the solution is not what a test says; None when it is."""
    test, result = outcome.test, outcome.result
    about = f"Your solution does not pass the test “{test.name}”."
    if result.status != "ok" and not (test.kind == "stdin" and result.error is None):
        return f"{about} {seen(outcome, solution).message}"
    if test.raises:
        return None if result.value == test.raises else f"{about} `{test.source}` raises no `{test.raises}`."
    if isinstance(decode(result.value), Opaque):
        return say.OPAQUE.format(about=about, call=test.source, kind=type_name(decode(result.value)))
    ready = replace(test, expected=result_of(outcome))
    if written is None or as_written(ready, written):
        return None
    if test.kind == "stdin" or test.prints:
        told = seen(replace(outcome, test=replace(test, expected=written)), solution)
        return f"{about} {told.message}"
    given = show(decode(result.value))
    return f"{about} `{test.source}` gives `{given}`, and the test says `{written.strip()}`."


def result_of(outcome: Outcome) -> object:
    """Give what a test expects when this outcome is right."""
    return outcome.result.stdout if outcome.test.kind == "stdin" else outcome.result.value


def seen(outcome: Outcome, code: str) -> TestResult:
    """Judge a test as if it were visible, for the teacher sees all of them."""
    return judge(replace(outcome, test=replace(outcome.test, hint=None, advice=None)), code)


def empty_tests(instance: Instance, hunted: Hunt) -> Sequence[Test]:
    """List the tests that no wrong program failed, where enough were tried to say so."""
    if hunted.tried < len(instance.tests) or hunted.tried < 3:
        return ()
    return [test for test in instance.tests if test.name not in hunted.failed]


def _says_nothing(test: Test) -> Problem:
    return of_test("test", test, say.SAYS_NOTHING.format(name=test.name))
