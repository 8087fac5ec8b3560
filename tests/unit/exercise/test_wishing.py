"""A wish for an exercise on a concept is met, or it is said that there is none."""

from __future__ import annotations

from itertools import islice
from typing import get_args

import pytest

from events.models import Difficulty
from functions.exercise.bank import load
from functions.exercise.choosing import PreviousExercise
from functions.exercise.wishing import note, on_concept
from functions.knowledge.library import library
from functions.knowledge.skills import skills

BANK = load()
PRACTISED = sorted({concept for exercise in BANK.all() for concept in exercise.concepts})


def test_at_least_sixty_concepts_are_practised_and_each_is_listed() -> None:
    assert len(PRACTISED) >= 60
    assert set(PRACTISED) <= set(skills())
    assert all(exercise.concepts for exercise in BANK.all())


GAPS = (
    "recursion while-loop f-strings decorators generators inheritance regular-expressions nested-data lambda "
    "nested-loops dictionaries"
)


@pytest.mark.parametrize("concept", GAPS.split())
@pytest.mark.parametrize("difficulty", get_args(Difficulty))
def test_a_wish_is_met_again_and_again(concept: str, difficulty: Difficulty) -> None:
    had: list[PreviousExercise] = []
    for seed in range(4):
        first = next(on_concept(BANK, concept, difficulty, had=had, seed=seed))
        assert concept in first.exercise.concepts
        assert PreviousExercise(first.exercise.bank_id, first.variation) not in had
        had.append(PreviousExercise(first.exercise.bank_id, first.variation))


def test_the_wished_difficulty_comes_first_and_another_one_is_told() -> None:
    found = [one.exercise for one in islice(on_concept(BANK, "recursion", "hard", had=[], seed=1), 40)]
    assert found[0].difficulty == "hard"
    assert note(found[0], "recursion", "hard") is None
    easy = next(exercise for exercise in found if exercise.difficulty == "easy")
    assert note(easy, "recursion", "hard") == (
        "I don't have a hard exercise on \u201cRecursion\u201d left. This one is easy."
    )


def test_a_concept_without_exercises_gets_a_note() -> None:
    [other] = [one for one in BANK.all() if one.slug == "greet-by-name"]
    assert not list(on_concept(BANK, "comments", "easy", had=[], seed=1))
    assert note(other, "comments", "easy") == (
        "I have no exercise on \u201cComments\u201d yet. This one is the nearest that I have."
    )
    assert note(other, None, "easy") is None


def test_the_concepts_of_the_cards_keep_their_ids() -> None:
    """Triage hears concepts by the ids of the cards; those that exercises practise are among the skills."""
    cards = {concept.id for topic in library().topics.values() for concept in topic.concepts}
    assert len(cards & set(skills())) >= 45
