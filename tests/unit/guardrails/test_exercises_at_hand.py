"""A hint is held against the exercise that the code is about, and against no other."""

from __future__ import annotations

from uuid import UUID

import pytest

from functions.guardrails.exercises_at_hand import ExerciseAtHand, worked_on

ADD, STACK, SCRIPT = UUID(int=1), UUID(int=2), UUID(int=3)
AT_HAND = [
    ExerciseAtHand(ADD, "def add(a, b):\n    pass\n", None),
    ExerciseAtHand(STACK, "class Stack:\n    pass\n", None),
    ExerciseAtHand(SCRIPT, "name = input()\n", None),
]


@pytest.mark.parametrize(
    ("code", "exercise"),
    [
        ("def add(a, b):\n    return a - b\n", ADD),
        ("import math\n\ndef helper():\n    pass\n\ndef add(a, b):\n    return a\n", ADD),
        ("def add(a, b)\n    return a + b\n", ADD),
        ("class Stack:\n    def push(self, x: int\n", STACK),
        ("def subtract(a, b):\n    return a - b\n", None),
        ("name = input()\nprint(name)\n", None),
        ("", None),
        (None, None),
        ("\x00", None),
    ],
)
def test_the_exercise_is_known_by_what_the_code_defines(code: str | None, exercise: UUID | None) -> None:
    found = worked_on(code, AT_HAND)
    assert (found and found.exercise_id) == exercise
