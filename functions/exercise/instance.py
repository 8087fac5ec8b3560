"""An exercise as one student gets it: a variation of a bank exercise with its values filled in."""

from __future__ import annotations

import ast
import hashlib
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import Template
from typing import Any, Literal

import msgspec

from functions.exercise.bank import BankExercise, BankTest
from functions.exercise.errors import BankError
from functions.exercise.values import decode, show

Kind = Literal["call", "code", "stdin"]
Fill = Callable[[str], str]
CHECK = "learnflow_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test; `expected` is marked JSON data, or the text that is printed."""

    __test__ = False

    name: str
    kind: Kind
    source: str
    raises: str | None = None
    expected: Any = None
    hint: str | None = None
    weight: float = 1.0
    tolerance: float | None = None

    @property
    def hidden(self) -> bool:
        """Whether a student never sees what is tested; such a test has a hint instead."""
        return self.hint is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One variation: what a student sees, what nobody sees, and what proves it right."""

    bank_id: str
    variation: int
    topic: str
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


def driver(tests: Sequence[Test]) -> str:
    """Write the functions that carry out call and code tests, to stand below a student's program."""
    return "\n\n".join(["", *(check(number, test) for number, test in enumerate(tests))]) + "\n"


def check(number: int, test: Test) -> str:
    """Write one function, which returns the last expression or the name of the error it waits for."""
    body = ast.parse(test.source).body
    last = body[-1]
    if isinstance(last, ast.Expr):
        body[-1] = ast.copy_location(ast.Return(last.value), last)
    lines = "\n".join(ast.unparse(statement) for statement in body)
    if test.raises:
        lines = f"try:\n{indent(lines)}\nexcept {test.raises}:\n    return {test.raises!r}"
    return f"def {CHECK}_{number}():\n{indent(lines)}"


def indent(lines: str) -> str:
    """Indent by one level."""
    return textwrap.indent(lines, "    ", lambda line: True)


def examples(tests: Sequence[Test]) -> list[dict[str, str]]:
    """Give the visible tests as examples: what is done, and what comes of it."""
    return [
        {"kind": test.kind, "name": test.name, "input": test.source, "output": shown_result(test)}
        for test in tests
        if not test.hidden
    ]


def shown_result(test: Test) -> str:
    """Write down what a test expects."""
    if test.kind == "stdin":
        return str(test.expected)
    return f"raises {test.raises}" if test.raises else show(decode(test.expected))
