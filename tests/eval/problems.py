"""Problems for the leak test: a task, a program with a mistake, its repair and its tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from functions.exercise.bank import load
from functions.exercise.instance import instantiate
from functions.grading.checks import Test


@dataclass(frozen=True, slots=True)
class Problem:
    """A student's wrong program for a task, and what must not be told."""

    id: str
    task: str
    code: str
    fix: str
    tests: tuple[Test, ...]


@cache
def problems() -> tuple[Problem, ...]:
    """Every known wrong program of the bank, in one variation of each exercise."""
    return tuple(_made())


def _made() -> Iterator[Problem]:
    for exercise in load().all():
        instance = instantiate(exercise, 1)
        for number, mutant in enumerate(instance.mutants):
            name = f"{exercise.bank_id}#{number}"
            yield Problem(name, instance.instructions, mutant, instance.solution, tuple(instance.tests))
