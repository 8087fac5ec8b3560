"""The exercise that a call for help names, and what its tests show of a program."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from functions.answers import answer
from functions.debug.observation import Observation
from functions.diagnosis import evidence
from functions.diagnosis.causes import Diagnosis
from functions.diagnosis.evidence import Counterexample
from functions.diagnosis.example_calls import example_calls
from functions.diagnosis.repair_search import Repair, repairs, searching
from functions.diagnosis.runner import Runner
from functions.diagnosis.trails import trail
from functions.grading.checks import Test, shown_result
from functions.grading.grades import TestResult, passes
from functions.grading.running import Outcome
from functions.grading.stops import error_of
from functions.grading.values import decode, show
from functions.guardrails.exercises_at_hand import ExerciseAtHand, tests_of
from functions.runtime.database import Connection

# Blank space at the end is lost on the way through a message.
GRADED = r"""
SELECT g.tests FROM submissions s JOIN grades g USING (submission_id)
 WHERE s.student_id = $1 AND s.exercise_id = $2 AND rtrim(s.code, E' \t\r\n') = rtrim($3, E' \t\r\n')
 ORDER BY g.created_at DESC LIMIT 1
"""
ALSO_SEARCHED = 24
ALL_RIGHT = (
    "I ran your program with every test of this exercise, and with some more calls: all comes out right. "
    "Hand it in. If you see something else, send me what you typed in and what you got."
)


@dataclass(frozen=True, slots=True)
class TestedExercise:
    """An exercise with its tests and solution, and what the grade of this program says, if any."""

    starter: str
    solution: str | None
    tests: tuple[Test, ...]
    graded: tuple[TestResult, ...] = ()

    @property
    def visible(self) -> list[Test]:
        """The tests that a student sees."""
        return [test for test in self.tests if not test.hidden]


async def tested_exercise(
    db: Connection, exercise: ExerciseAtHand, student_id: UUID, code: str
) -> TestedExercise | None:
    """Give an exercise with its tests, and what its grade says of a program; None where it has no tests."""
    if not exercise.tests:
        return None
    graded = await db.fetchval(GRADED, student_id, exercise.exercise_id, code) if code else None
    return TestedExercise(
        starter=exercise.starter,
        solution=exercise.solution,
        tests=tuple(tests_of(exercise)),
        graded=tuple(msgspec.json.decode(graded, type=list[TestResult])) if graded else (),
    )


async def by_tests(
    code: str, exercise: TestedExercise, runner: Runner, within_s: float
) -> Observation | None:
    """Say what is wrong with a program for an exercise; None when nothing could be tried or is known."""
    if evidence.unfinished(code, exercise.starter):
        return Observation(evidence.to_begin(code, exercise.tests))
    clock = asyncio.get_running_loop().time
    until = clock() + within_s
    outcomes = await runner.outcomes(code, exercise.visible, within_s)
    if outcomes is None:
        graded = _by_grade(code, exercise)
        return Observation(graded) if graded is not None else None
    shown = evidence.failing(outcomes)
    experiment = Experiment(code, exercise, runner, until - clock())
    found, other, seen = await experiment.run(shown)
    failed = shown or await _hidden_failure(code, exercise, runner, until - clock())
    if failed is not None:
        return Observation(replace(evidence.of_failing(failed, code, found, other), trail=seen))
    if other is not None:
        return Observation(replace(evidence.of_counterexample(other, code, found), trail=seen))
    return Observation(None, (answer.text(ALL_RIGHT),), right=True)


def _by_grade(code: str, exercise: TestedExercise) -> Diagnosis | None:
    """Take what the grade of this program says, where it can't be run now."""
    named = {test.name: test for test in exercise.tests}
    results = sorted((one for one in exercise.graded if not one.passed), key=lambda one: one.hidden)
    return next(
        (evidence.of_grade(named[one.name], one.message, code) for one in results if one.name in named), None
    )


async def _hidden_failure(
    code: str, exercise: TestedExercise, runner: Runner, within_s: float
) -> Outcome | None:
    """Give the first hidden test that fails now, or that has failed by the grade of this program."""
    hidden = [test for test in exercise.tests if test.hidden]
    outcomes = await runner.outcomes(code, hidden, within_s, isolate=True) if hidden else None
    if failing := evidence.failing(outcomes or ()):
        return failing
    failed = {one.name for one in exercise.graded if not one.passed and one.hidden}
    test = next((test for test in exercise.tests if test.name in failed and test.hidden), None)
    return None if test is None else evidence.unseen(test)


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is tried beyond the tests: other calls, edits, and a look at one call line by line."""

    code: str
    exercise: TestedExercise
    runner: Runner
    within_s: float

    async def run(self, failed: Outcome | None) -> tuple[Sequence[Repair], Counterexample | None, str | None]:
        """Give repairs that work, the smallest call that goes wrong, and the values on the way."""
        calls = await self._solved()
        mine = await self.runner.outcomes(self.code, calls, self.within_s) if failed is None else None
        other = _first_wrong(mine or ())
        if failed is None and other is None:
            return (), None, None
        looked_at = failed.test.source if failed is not None else other.call if other else ""
        found, seen = await asyncio.gather(self._repairs(calls), self._trail(looked_at, failed))
        return found, other, seen

    async def _solved(self) -> list[Test]:
        """Make further calls, with what the solution gives for them; none of hidden tests."""
        calls = example_calls(self.exercise.tests) if self.exercise.solution else []
        asked = [Test(name=call, kind="call", source=call) for call in calls]
        if not asked or self.exercise.solution is None:
            return []
        solved = await self.runner.outcomes(self.exercise.solution, asked, self.within_s)
        return [
            replace(one.test, expected=one.result.value, tolerance=self._tolerance)
            for one in solved or ()
            if one.result.status == "ok" and not error_of(one)
        ]

    @property
    def _tolerance(self) -> float | None:
        return max((test.tolerance for test in self.exercise.tests if test.tolerance), default=None)

    async def _repairs(self, calls: Sequence[Test]) -> Sequence[Repair]:
        tests = [*self.exercise.visible, *calls[:ALSO_SEARCHED]]
        references = [self.exercise.solution] if self.exercise.solution else []
        search = await asyncio.to_thread(searching, self.code, tests, references)
        if search is None:
            return ()
        return repairs(search, await self.runner.output(search.program, search.stdin, self.within_s))

    async def _trail(self, call: str, failed: Outcome | None) -> str | None:
        test = failed.test if failed is not None else None
        if test is not None and test.kind == "stdin":
            return trail(await self.runner.observe(self.code, self.within_s, test.source))
        if "\n" in call.strip() or not call.strip():
            return None
        return trail(await self.runner.observe(self.code, self.within_s, then=call.strip()))


def _first_wrong(outcomes: Sequence[Outcome]) -> Counterexample | None:
    """Give the first call on which a program and the solution differ."""
    wrong = next((outcome for outcome in outcomes if not passes(outcome)), None)
    if wrong is None:
        return None
    error = error_of(wrong)
    got = f"{error.type}: {error.message}" if error else show(decode(wrong.result.value))
    return Counterexample(wrong.test.source, shown_result(wrong.test), got)
