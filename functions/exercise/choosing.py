"""Which exercise a student gets: one never had before, else a new variation, else the one had longest ago."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from events.models import Origin
from functions.exercise.bank import Bank, BankExercise


@dataclass(frozen=True, slots=True)
class PreviousExercise:
    """An exercise that a student was given before."""

    bank_id: str
    variation: int


@dataclass(frozen=True, slots=True)
class Option:
    """An exercise to give; `again` when the student had this very variation."""

    exercise: BankExercise
    variation: int
    origin: Origin
    again: bool = False


def options(
    bank: Bank,
    topic: str,
    difficulty: str,
    *,
    had: Sequence[PreviousExercise],
    seed: int,
    variation_of: str | None = None,
) -> Iterator[Option]:
    """Give what a student may get, best first; the seed decides among equals.

    `had` is sorted, oldest first.
    """
    dice = random.Random(seed)
    wanted = bank.get(variation_of)
    if wanted is not None:
        yield from new_variations(wanted, had, dice)
    known = bank.of(topic, difficulty)
    dice.shuffle(known)
    # A stable sort after the shuffle: chance decides among exercises had equally often.
    times = {exercise.bank_id: sum(one.bank_id == exercise.bank_id for one in had) for exercise in known}
    known.sort(key=lambda exercise: times[exercise.bank_id])
    for exercise in known:
        yield from new_variations(exercise, had, dice)
    for one in had:
        again = bank.get(one.bank_id)
        if again is not None and again in known:
            yield Option(again, one.variation, "variation", again=True)


def new_variations(
    exercise: BankExercise, had: Sequence[PreviousExercise], dice: random.Random
) -> Iterator[Option]:
    """Give the variations of an exercise that the student has not had."""
    used = {one.variation for one in had if one.bank_id == exercise.bank_id}
    numbers = [number for number in range(exercise.variations) if number not in used]
    dice.shuffle(numbers)
    for number in numbers:
        # A first meeting is the bank's exercise, whichever variation it is.
        yield Option(exercise, number, "variation" if used else "bank")
