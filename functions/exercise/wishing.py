"""A wish for an exercise on a concept: which exercises are on it, and what is said when none is."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from events.models import Difficulty
from functions.exercise.bank import Bank, BankExercise
from functions.exercise.choosing import Option, PreviousExercise, new_variations
from functions.knowledge.skills import skills

HARDNESS: tuple[Difficulty, ...] = ("easy", "medium", "hard")


def on_concept(
    bank: Bank, concept: str, difficulty: Difficulty, *, had: Sequence[PreviousExercise], seed: int
) -> Iterator[Option]:
    """Give exercises on a concept, of any topic: those of the difficulty first, then the nearest.

    Those had least often come first among equals; when all variations are known, the oldest come again.
    """
    dice = random.Random(seed)  # noqa: S311  # spreads exercises, guards nothing
    known = [exercise for exercise in bank.all() if concept in exercise.concepts]
    dice.shuffle(known)

    def key(exercise: BankExercise) -> tuple[int, int]:
        far = abs(HARDNESS.index(exercise.difficulty) - HARDNESS.index(difficulty))
        return far, sum(one.bank_id == exercise.bank_id for one in had)

    known.sort(key=key)
    for exercise in known:
        yield from new_variations(exercise, had, dice)
    for one in had:
        again = bank.get(one.bank_id)
        if again is not None and again in known:
            yield Option(again, one.variation, "variation", again=True)


def note(exercise: BankExercise, concept: str | None, difficulty: Difficulty) -> str | None:
    """Say in which way an exercise is not what was wished for; None when it is."""
    if concept is None:
        return None
    skill = skills().get(concept)
    title = skill.title if skill else concept.replace("-", " ")
    if concept not in exercise.concepts:
        return f"I have no exercise on \u201c{title}\u201d yet. This one is the nearest that I have."
    if exercise.difficulty != difficulty:
        of_kind = f"{'an' if difficulty == 'easy' else 'a'} {difficulty}"
        return (
            f"I don't have {of_kind} exercise on \u201c{title}\u201d left. This one is {exercise.difficulty}."
        )
    return None
