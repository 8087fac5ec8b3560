"""The cards are complete, every one tells something of its own, and beginners can read them."""

from __future__ import annotations

from collections import Counter

import pytest

from functions.concepts.readability import grade
from functions.knowledge.explanations import Question, explained
from functions.knowledge.library import DEPTHS, TOPICS, library

CONCEPTS = list(library().concepts.values())


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_at_least_six_concepts_and_an_overview(topic: str) -> None:
    told = library().topics[topic]  # type: ignore[index]  # parametrize gives plain strings
    assert len(told.concepts) >= 6
    assert len(told.overview.split()) >= 25


def test_a_concept_has_its_own_words_and_example_for_each_level() -> None:
    for concept in CONCEPTS:
        cards = [concept.cards[depth] for depth in DEPTHS]
        for part in ("text", "example", "mistake", "check"):
            assert len({getattr(card, part) for card in cards}) == len(DEPTHS)
        for card in cards:
            assert 20 <= len(card.text.split()) <= 120
            assert card.output.strip()


def test_a_beginner_can_read_the_card() -> None:
    for concept in CONCEPTS:
        card = concept.cards["beginner"]
        assert grade(f"{card.text}\n{card.mistake}\n{card.check.question}") <= 9


def test_a_beginner_reads_eighty_to_a_hundred_and_sixty_words() -> None:
    for concept in CONCEPTS:
        question = Question(text=concept.title, topic=concept.topic, level="beginner", concept=concept.id)
        prose = " ".join(part.text for part in explained(question) if part.kind not in ("code", "output"))
        assert 80 <= len(prose.split()) <= 160


def test_every_next_step_recipe_and_comparison_leads_to_a_concept() -> None:
    known = library().concepts
    named = {name for concept in CONCEPTS for name in concept.next}
    named |= {recipe.concept for topic in library().topics.values() for recipe in topic.recipes}
    named |= {name for comparison in library().comparisons for name in comparison.of}
    assert named <= set(known)


def test_no_alias_means_two_concepts() -> None:
    counts = Counter(alias for concept in CONCEPTS for alias in concept.aliases)
    assert [alias for alias, count in counts.items() if count > 1] == []
