"""The exercises that a student works on: nothing told may solve them, and help with them costs credit."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import msgspec

from functions.analysis import source
from functions.grading.checks import Test
from functions.runtime.database import Connection

MAX_AT_HAND = 10
AT_HAND = f"""
SELECT exercise_id, coalesce(starter_code, '') AS starter, solution, tests::text AS tests,
       coalesce(title, '') AS title, coalesce(instructions, '') AS instructions,
       (SELECT a.title FROM assigned_students s JOIN class_assignments a USING (assignment_id)
          JOIN class_members m ON m.class_id = a.class_id AND m.student_id = s.student_id
         WHERE s.student_id = $1 AND s.exercise_id = e.exercise_id AND NOT a.hints LIMIT 1) AS alone
  FROM exercises e
 WHERE student_id = $1 AND status = 'ready'
 ORDER BY exercise_id IS NOT DISTINCT FROM $2::uuid DESC, created_at DESC LIMIT {MAX_AT_HAND}
"""


@dataclass(frozen=True, slots=True)
class ExerciseAtHand:
    """An exercise with the code that it begins with; `solution` is never shown.

    `tests` are the JSON that is stored, hidden ones among them. `alone` is the title of an assignment that
    has to be worked on without hints.
    """

    exercise_id: UUID
    starter: str
    solution: str | None
    tests: str | None = None
    alone: str | None = None
    title: str = ""
    instructions: str = ""


def tests_of(exercise: ExerciseAtHand) -> list[Test]:
    """Read the tests of an exercise, hidden ones among them."""
    return msgspec.json.decode(exercise.tests, type=list[Test]) if exercise.tests else []


async def exercises_at_hand(
    db: Connection, student_id: UUID, named: UUID | None = None
) -> tuple[ExerciseAtHand, ...]:
    """Read the exercise that was named, if it is the student's, and then the newest: ten at most in all."""
    rows = await db.fetch(AT_HAND, student_id, named)
    return tuple(ExerciseAtHand(**row) for row in rows)


def worked_on(code: str | None, exercises: Iterable[ExerciseAtHand]) -> ExerciseAtHand | None:
    """Find the exercise whose functions or classes a program defines; the first of several."""
    # All names of the starter must be there: a student may add functions, and seldom takes any away.
    mine = defined(code or "")
    return next((one for one in exercises if (names := defined(one.starter)) and names <= mine), None)


def defined(code: str) -> set[str]:
    """List what a program defines at its top, also when it cannot be read as a whole."""
    try:
        body = source.parse(code).body
    except SyntaxError:
        # Broken code is what help is asked for: heads are read line by line then.
        lines = [line.split("(")[0].split(":")[0].split() for line in code.splitlines()]
        return {words[1] for words in lines if len(words) == 2 and words[0] in ("def", "class")}
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
