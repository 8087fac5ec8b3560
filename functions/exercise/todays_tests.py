"""Which tests an exercise has today: those of the bank as it is now, and proposed ones that were accepted.

An exercise keeps the text that its student read. Tests that the bank changed since are taken over only where
the solution that was kept with the text passes them: then they ask for what the text asks for. Cost: one or
two executions for an exercise, none where the bank did not change since it was proven.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from events.models import Difficulty, Topic
from functions.exercise.bank import Bank
from functions.exercise.errors import BankError, NotVerified
from functions.exercise.instance import Instance, instantiate
from functions.exercise.verifying import solve
from functions.grading.checks import Kind, Test
from functions.grading.grades import grade
from functions.grading.running import Executes, run_tests
from functions.grading.values import decode, same

HINT = "Think of other values too: more of them, fewer, equal ones, and the ends of what is allowed."
PROPOSED = "another case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An exercise of a student, as it was handed out."""

    exercise_id: UUID
    topic: Topic
    difficulty: Difficulty
    title: str
    bank_id: str | None
    seed: int | None
    solution: str
    tests: list[Test]


@dataclass(frozen=True, slots=True)
class ExtraTest:
    """A proposed test: what is done; what comes of it is for the solution of each variation to say."""

    kind: Kind
    source: str
    tolerance: float | None = None


async def current_tests(
    sandbox: Executes, task: Task, bank: Bank, proven: Mapping[str, list[Any]], extra: Sequence[ExtraTest]
) -> list[Test]:
    """Give the tests that an exercise has today; `proven` are expected values by content hash."""
    tests = await _of_bank(sandbox, task, bank, proven)
    return tests + await fitting(sandbox, task.solution, extra, tests)


def of_today(task: Task, bank: Bank) -> Instance | None:
    """Make the exercise anew from the bank; None when it is no longer there, or never was."""
    exercise = bank.get(task.bank_id)
    if exercise is None or task.seed is None:
        return None
    try:
        return instantiate(exercise, task.seed)
    except BankError:
        return None


async def _of_bank(sandbox: Executes, task: Task, bank: Bank, proven: Mapping[str, list[Any]]) -> list[Test]:
    kept = [test for test in task.tests if not test.name.startswith(PROPOSED)]
    today = of_today(task, bank)
    if today is None:
        return kept
    known = proven.get(today.content_hash)
    try:
        ready = today.expecting(await solve(sandbox, today) if known is None else known)
    except NotVerified:
        return kept
    if ready.tests == kept or ready.solution == task.solution:
        return ready.tests
    outcomes = await run_tests(sandbox, task.solution, ready.tests)
    return ready.tests if grade(outcomes, task.solution).complete else kept


async def fitting(
    sandbox: Executes, solution: str, extra: Sequence[ExtraTest], known: Sequence[Test]
) -> list[Test]:
    """Make hidden tests of proposed ones; what the solution fails on is outside of this variation."""
    sources = {(test.kind, test.source) for test in known}
    fresh = [one for one in dict.fromkeys(extra) if (one.kind, one.source) not in sources]
    tests = [
        Test(
            name=f"{PROPOSED} {number}",
            kind=one.kind,
            source=one.source,
            hint=HINT,
            tolerance=one.tolerance,
        )
        for number, one in enumerate(fresh, 1)
    ]
    if not tests:
        return []
    outcomes = await run_tests(sandbox, solution, tests)
    found: list[Test] = []
    for outcome in outcomes:
        value = outcome.result.stdout if outcome.test.kind == "stdin" else outcome.result.value
        # What has no data form equals nothing, not even itself.
        usable = outcome.test.kind == "stdin" or same(decode(value), decode(value))
        if outcome.result.status == "ok" and usable:
            found.append(replace(outcome.test, expected=value))
    return found
