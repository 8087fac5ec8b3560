"""What a model makes up is read with care, and wrong programs are made to try its tests."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from events.models import ExerciseRequested
from functions.exercise.inventing import prompt, read
from functions.exercise.mutating import mutants
from functions.model.structured_output import check_schema

EVENT = ExerciseRequested(
    exercise_id=UUID(int=5), student_id=UUID(int=77), topic="functions", difficulty="easy"
)
SOLUTION = (
    "def total(values):\n    money = 0\n    for value in values:\n        money += value\n    return money\n"
)
MADE: dict[str, Any] = {
    "title": "Money in the jar",
    "instructions": "Write a function `total(values)` that gets a list of coins and returns the sum in $.",
    "starter": "def total(values):\n    pass\n",
    "solution": SOLUTION,
    "tests": [
        {"name": "two coins", "call": "total([1, 2])", "gives": "3"},
        {"name": "one coin", "call": "total([5])", "gives": "5"},
        {"name": "no coin", "call": "total([])", "gives": "0", "hint": "The jar may be empty."},
    ],
}


def test_an_exercise_is_read_out_of_a_reply_with_words_around_it() -> None:
    schema = prompt(EVENT).schema
    assert schema is not None
    said = f"Here you are:\n```json\n{json.dumps(MADE)}\n```"
    exercise = read(check_schema(said, schema), EVENT)
    assert (exercise.topic, exercise.difficulty, len(exercise.tests)) == ("functions", "easy", 3)
    assert exercise.bank_id.startswith("functions/model-")


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"tests": MADE["tests"][:2]},
        {"tests": [*MADE["tests"], {"name": "odd", "call": "total([1])"}]},
        {"tests": [MADE["tests"][0]] * 3},
        {"instructions": "Write it."},
        {"instructions": f"Write a function `total(values)`. It is easy: {SOLUTION}"},
        {"solution": f"import socket\n{SOLUTION}"},
        {"solution": f"import numpy\n{SOLUTION}"},
        {"solution": "def total(values"},
    ],
)
def test_what_is_no_exercise_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        read(json.dumps(MADE | change), EVENT)


def test_the_model_is_told_nothing_of_the_student() -> None:
    asked = prompt(EVENT)
    assert str(EVENT.student_id) not in asked.user + asked.system
    assert "Functions" in asked.user


def test_wrong_programs_differ_from_the_right_one_and_can_be_read() -> None:
    made = list(
        mutants("def f(a, b):\n    if a < b and b in [1, 2]:\n        return a + b\n    return 'no'\n")
    )
    assert len(set(made)) == len(made) >= 6
    for program in made:
        compile(program, "main.py", "exec")
