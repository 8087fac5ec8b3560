"""Which exercise a student gets next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.exercise.bank import Bank, load
from functions.exercise.choosing import Option, PreviousExercise, options

BANK = load()


def first(had: list[PreviousExercise], seed: int = 1, variation_of: str | None = None) -> Option:
    return next(options(BANK, "basics", "easy", had=had, seed=seed, variation_of=variation_of))


def test_a_student_gets_each_exercise_once_then_variations() -> None:
    """All exercises, then every variation of each, then the oldest again."""
    had: list[PreviousExercise] = []
    known = BANK.of("basics", "easy")
    count = sum(exercise.variations for exercise in known)
    origins = []
    for seed in range(count):
        option = first(had, seed)
        origins.append(option.origin)
        assert not option.again
        had.append(PreviousExercise(option.exercise.bank_id, option.variation))
    assert origins == ["bank"] * len(known) + ["variation"] * (count - len(known))
    assert len(set(had)) == count
    again = first(had, 99)
    assert again.again
    assert PreviousExercise(again.exercise.bank_id, again.variation) == had[0]


def test_a_variation_keeps_the_exercise_and_changes_the_values() -> None:
    """Asked for a variation, the same exercise comes with other values."""
    had = [PreviousExercise("basics/greet-by-name", 0)]
    option = first(had, variation_of="basics/greet-by-name")
    assert option.exercise.bank_id == "basics/greet-by-name"
    assert option.variation != 0
    assert option.origin == "variation"


def test_a_variation_that_is_used_up_becomes_another_exercise() -> None:
    """When all variations were had, something new of the topic comes."""
    exercise = BANK.of("basics", "easy")[0]
    had = [PreviousExercise(exercise.bank_id, number) for number in range(exercise.variations)]
    assert first(had, variation_of=exercise.bank_id).exercise.bank_id != exercise.bank_id


@given(st.integers(0, 2**128), st.lists(st.integers(0, 3), max_size=6))
def test_the_same_seed_gives_the_same_choice(seed: int, numbers: list[int]) -> None:
    """A repeat of the event gives the same exercise."""
    known = BANK.of("basics", "easy")
    had = [PreviousExercise(known[number].bank_id, number) for number in numbers]
    assert first(had, seed) == first(had, seed)


def test_seeds_spread_over_the_bank() -> None:
    """Students of one class do not all get the same exercise."""
    assert len({first([], seed).exercise.bank_id for seed in range(60)}) == len(BANK.of("basics", "easy"))


@pytest.mark.parametrize("bank_id", [None, "gone/away"])
def test_an_unknown_exercise_to_vary_is_no_obstacle(bank_id: str | None) -> None:
    """An exercise that left the bank leads to another one of the topic."""
    assert first([], variation_of=bank_id).exercise.topic == "basics"


def test_nothing_fits_an_empty_bank() -> None:
    """Without exercises there is no option."""
    assert list(options(Bank([]), "basics", "easy", had=[], seed=1)) == []
