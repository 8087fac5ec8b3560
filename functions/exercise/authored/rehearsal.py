"""Rehearse a teacher's exercise: what a student is told who makes one of the likeliest mistakes.

The mistakes are wrong programs that came nearest to passing, each failing other tests. What the tutor says is
made as for students, with the search for a repair that works; it costs a second or two for each mistake.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from functions.answers.answer import markdown
from functions.diagnosis import evidence, wording
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.repair_search import repairs, searching
from functions.diagnosis.runner import Runner
from functions.exercise.instance import Instance
from functions.grading.grades import TestResult, grade
from functions.grading.running import Outcome

MISTAKES = 3
WITHIN_S = 2.5


@dataclass(frozen=True, slots=True)
class Failure:
    """A wrong program that the tests told, with what came of each test."""

    program: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A likely wrong program, what its grade says, and the tutor's first hint, as Markdown."""

    program: str
    score: float
    tests: list[TestResult]
    hint: str


def likeliest(failures: Sequence[Failure]) -> list[Failure]:
    """Choose a few that come nearest to passing, each with other tests that fail."""
    graded = [(grade(one.outcomes, one.program), one) for one in failures]
    graded.sort(key=lambda pair: -pair[0].score)
    chosen: dict[frozenset[str], Failure] = {}
    for result, one in graded:
        chosen.setdefault(frozenset(test.name for test in result.tests if not test.passed), one)
    return list(chosen.values())[:MISTAKES]


async def rehearse(runner: Runner, instance: Instance, failures: Sequence[Failure]) -> list[Mistake]:
    """Say what students would be told who hand in the likeliest wrong programs."""
    return list(await asyncio.gather(*(_told(runner, instance, one) for one in likeliest(failures))))


async def _told(runner: Runner, instance: Instance, failure: Failure) -> Mistake:
    code, result = failure.program, grade(failure.outcomes, failure.program)
    shown = evidence.failing(failure.outcomes)
    assert shown is not None
    visible = [test for test in instance.tests if not test.hidden]
    search = await asyncio.to_thread(searching, code, visible, [instance.solution])
    found = repairs(search, await runner.output(search.program, search.stdin, WITHIN_S)) if search else []
    parts = wording.hint(evidence.of_failing(shown, code, found), NextHint("nudge"))
    return Mistake(code, result.score, result.tests, markdown(parts))
