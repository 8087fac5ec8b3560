"""The tests of the bank reject the programs that beginners write."""

from __future__ import annotations

import pytest

from functions.exercise.bank import load
from functions.exercise.instance import instantiate
from functions.exercise.verifying import solved, solves
from tests.bank.by_hand import by_hand
from tests.integration.exercise.plain_python import PlainPython

FAMILIES = {exercise.bank_id: exercise for exercise in load().all()}
LEAST = 5


def test_each_exercise_has_five_different_wrong_programs() -> None:
    programs = {family: {one.program for one in found} for family, found in by_hand().items()}
    assert set(programs) == set(FAMILIES)
    assert {family: len(found) for family, found in programs.items() if len(found) < LEAST} == {}


def test_a_wrong_program_can_be_read_or_is_meant_to_be() -> None:
    """They are slips of meaning: Python itself finds nothing wrong with them."""
    for found in by_hand().values():
        for one in found:
            compile(one.program, one.family, "exec")


@pytest.mark.parametrize("topic", sorted({exercise.topic for exercise in FAMILIES.values()}))
async def test_the_tests_reject_each_of_them(topic: str) -> None:
    accepted = []
    async with PlainPython.open() as python:
        for family, exercise in FAMILIES.items():
            if exercise.topic == topic:
                instance = await solved(python, instantiate(exercise, 0))
                accepted += [
                    f"{family}: {one.why}"
                    for one in by_hand()[family]
                    if await solves(python, instance, one.program)
                ]
    assert accepted == []
