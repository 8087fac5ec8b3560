"""A teacher's exercise in the form in which exercises are proven and graded."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from functions.authoring.content import PLACE, Authored, AuthoredTest, fill, fill_or_none
from functions.exercise.instance import Instance
from functions.grading.checks import Test

NO_HINT = "Think of inputs that the examples do not show: very small or large, empty, equal or negative ones."


def instances(exercise_id: UUID, exercise: Authored) -> list[Instance]:
    """Give all variations of an exercise, one for each row of its table of values."""
    return [_instance(exercise_id, exercise, number, row) for number, row in enumerate(exercise.rows)]


def _instance(exercise_id: UUID, exercise: Authored, number: int, row: Mapping[str, str]) -> Instance:
    return Instance(
        bank_id=f"authored/{exercise_id}",
        variation=number,
        topic=exercise.topic,
        difficulty=exercise.difficulty,
        title=fill(exercise.title, row),
        instructions=fill(exercise.instructions, row).strip(),
        starter=program(exercise.starter_code, row),
        solution=program(exercise.solution, row),
        mutants=[],
        tests=[_test(test, row) for test in exercise.tests],
        written=[_written(test, number, row) for test in exercise.tests],
    )


def program(code: str, row: Mapping[str, str]) -> str:
    """Fill in a program, which ends with one line break."""
    return fill(code, row).strip("\n") + "\n"


def _test(test: AuthoredTest, row: Mapping[str, str]) -> Test:
    called = test.kind == "call"
    hint = fill_or_none(test.hint or None, row)
    return Test(
        name=fill(test.name, row),
        kind="call" if called else "stdin",
        source=fill((test.call if called else test.stdin) or "", row).strip("\n" if called else ""),
        raises=test.raises,
        expected=test.raises,
        hint=None if test.visible else hint or NO_HINT,
        advice=hint if test.visible else None,
        weight=test.weight,
        tolerance=test.tolerance,
        prints=test.prints,
    )


def _written(test: AuthoredTest, number: int, row: Mapping[str, str]) -> str | None:
    """Give what the teacher says comes of a test; what says no value of the table is of the first row."""
    text = test.written
    if text is None:
        return None
    says_values = any((found[1] or found[2]) in row for found in PLACE.finditer(text))
    return fill(text, row) if says_values or number == 0 else None
