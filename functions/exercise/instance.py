"""An exercise as one student gets it: a variation of a bank exercise with its values filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import Template
from typing import Any

import msgspec

from events.models import Topic
from functions.exercise.bank import BankExercise, BankTest
from functions.exercise.errors import BankError
from functions.grading.checks import Kind, Test, shown_result

Fill = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One variation: what a student sees, what nobody sees, and what proves it right."""

    bank_id: str
    variation: int
    topic: Topic
    difficulty: str
    title: str
    instructions: str
    starter: str
    solution: str
    mutants: list[str]
    tests: list[Test]
    written: list[str | None]

    @property
    def content_hash(self) -> str:
        """Changes with anything that could change the result of the verification."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    def expecting(self, expected: Sequence[Any]) -> Instance:
        """Fill in what the tests expect."""
        tests = [replace(test, expected=value) for test, value in zip(self.tests, expected, strict=True)]
        return replace(self, tests=tests)


def instantiate(exercise: BankExercise, variation: int) -> Instance:
    """Fill the values of a variation in; raises BankError naming the exercise when that fails."""
    values = exercise.values(variation)

    def fill(text: str) -> str:
        try:
            return Template(text).substitute(values)
        except (KeyError, ValueError) as error:
            raise BankError(f"{exercise.bank_id}: {error} in {text!r}") from error

    solution = fill(exercise.solution).strip("\n") + "\n"
    number = variation % exercise.variations
    return Instance(
        bank_id=exercise.bank_id,
        variation=number,
        topic=exercise.topic,
        difficulty=exercise.difficulty,
        title=fill(exercise.title),
        instructions=fill(exercise.instructions).strip(),
        starter=fill(exercise.starter).strip("\n") + "\n",
        solution=solution,
        mutants=[mutate(exercise.bank_id, solution, fill(old), fill(new)) for old, new in exercise.mutants],
        tests=[test_of(test, fill) for test in exercise.tests],
        # The bank says what the first variation gives; the others are worked out by the solution.
        written=[fill_or_none(test.result, fill) if number == 0 else None for test in exercise.tests],
    )


def fill_or_none(text: str | None, fill: Fill) -> str | None:
    """Fill in a text if there is one."""
    return None if text is None else fill(text)


def mutate(bank_id: str, solution: str, old: str, new: str) -> str:
    """Make a wrong program from the solution."""
    if old not in solution:
        raise BankError(f"{bank_id}: the solution does not hold {old!r}")
    return solution.replace(old, new, 1)


def test_of(test: BankTest, fill: Fill) -> Test:
    """Make one test; what it expects, unless it is an error, is worked out by the solution."""
    kind: Kind = "stdin" if test.stdin is not None else "call" if test.call is not None else "code"
    return Test(
        name=fill(test.name),
        kind=kind,
        source=fill(test.stdin if test.stdin is not None else test.call or test.run or ""),
        raises=fill_or_none(test.raises, fill),
        expected=fill_or_none(test.raises, fill),
        hint=fill_or_none(test.hint, fill),
        weight=test.weight,
        tolerance=test.tolerance,
    )


def examples(tests: Sequence[Test]) -> list[dict[str, str]]:
    """Give the visible tests as examples: what is done, and what comes of it."""
    return [
        {"kind": test.kind, "name": test.name, "input": test.source, "output": shown_result(test)}
        for test in tests
        if not test.hidden
    ]
