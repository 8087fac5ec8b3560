"""The grounded tutor's explanations: the cards that answer a question, put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from events.models import Level, Part, Topic
from functions.answers import answer
from functions.knowledge.languages import Language, in_english, language_of
from functions.knowledge.library import (
    Card,
    Comparison,
    Concept,
    Depth,
    Library,
    Recipe,
    TopicCards,
    depth_of,
    library,
)
from functions.knowledge.matching import find_concepts, find_recipe
from functions.knowledge.ranking import rank

COMPARES = re.compile(
    r"\b(?:differ\w*|diffrence|diff|vs\.?|versus|compared?|better than|rather than|instead of|same as)\b"
    r"|\b(?:or|and)\b.*\bwhich\b|\bwhich\b.*\bor\b"
    r"|\bwhen (?:do|should) (?:i|you|we) use\b.*\b(?:or|and|instead)\b",
    re.IGNORECASE,
)
WANTS_EXAMPLE = re.compile(r"\b(?:examples?|show me|demo|sample|snippet)\b", re.IGNORECASE)
WANTS_MISTAKES = re.compile(
    r"\b(?:mistakes?|pitfalls?|go(?:es)? wrong|watch out|avoid|gotchas?)\b", re.IGNORECASE
)
TWO_QUESTIONS = re.compile(
    r"\?.*\?|\band (?:then )?(?:also )?(?:what|how|why|explain|tell)\b", re.IGNORECASE | re.DOTALL
)
# Words of everyday language, too: a question with no other name may well be about something else.
PLAIN_WORDS = frozenset({"numbers"})
HOW_TO = re.compile(r"\b(?:how|way to|can i|can you|possible to|want to|need to|trying to)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about a concept."""

    text: str
    topic: Topic
    level: Level
    concept: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What of the library answers a question."""

    topic: TopicCards
    concepts: tuple[Concept, ...]
    comparison: Comparison | None = None
    compares: bool = False
    recipe: Recipe | None = None
    second: Concept | None = None


def plan(question: Question) -> Plan:
    """Choose what answers a question: a comparison, a recipe, a card, or the topic's overview."""
    books = library()
    concepts = _named(question, books)
    if len(concepts) > 1 and COMPARES.search(question.text):
        first, second = concepts[:2]
        comparison = books.compared(first.id, second.id)
        return Plan(books.topics[first.topic], (first, second), comparison, compares=True)
    recipe = find_recipe(question.text) if HOW_TO.search(question.text) else None
    if recipe is not None:
        concept = books.concepts[recipe.concept]
        return Plan(books.topics[concept.topic], (concept,), recipe=recipe)
    if concepts:
        more = concepts[1:] if TWO_QUESTIONS.search(question.text) else ()
        return Plan(books.topics[concepts[0].topic], concepts[:1], second=next(iter(more), None))
    return Plan(books.topics[question.topic], ())


def explain(question: Question) -> tuple[Part, ...]:
    """Answer a question from the cards; in another language politely, and then in English."""
    language = language_of(question.text)
    polite = (answer.text(language.polite),) if language else ()
    return (*polite, *explained(in_words_of_cards(question, language)))


def in_words_of_cards(question: Question, language: Language | None) -> Question:
    """Put the usual words of a question into English, which the cards are written in."""
    return question if language is None else replace(question, text=in_english(question.text, language))


def explained(question: Question) -> tuple[Part, ...]:
    """Answer a question in English from the cards, at the depth of the student's level."""
    chosen = plan(question)
    depth = depth_of(question.level)
    if chosen.compares:
        return tuple(_difference(chosen, depth))
    if chosen.recipe is not None:
        return tuple(_how_to(chosen.recipe, chosen.concepts[0]))
    if chosen.concepts:
        told = _told(chosen.concepts[0], depth, question.text)
        too = f"**You asked about {inline(chosen.second)}, too:** ask me next." if chosen.second else ""
        return (*told, answer.onward(too)) if too else tuple(told)
    return tuple(_overview(chosen.topic))


def _named(question: Question, books: Library) -> tuple[Concept, ...]:
    """Give the concepts that a question names; without a name the card whose words fit it best."""
    found = [match.concept for match in find_concepts(question.text)]
    if set(found) <= PLAIN_WORDS:
        found = rank(question.text, question.topic)[:1] or found
    if not found and question.concept is not None and question.concept in books.concepts:
        found = [question.concept]
    return tuple(books.concepts[name] for name in found)


def _told(concept: Concept, depth: Depth, asked: str) -> Iterator[Part]:
    card = concept.cards[depth]
    if WANTS_MISTAKES.search(asked):
        yield answer.text(f"**{concept.title}: what often goes wrong**\n\n{card.mistake}")
        yield answer.text(card.text)
    elif WANTS_EXAMPLE.search(asked):
        yield answer.text(f"**{concept.title}: an example**")
    else:
        yield answer.text(f"**{concept.title}**\n\n{card.text}")
    yield from _shown(card)
    if WANTS_EXAMPLE.search(asked):
        yield answer.text(card.text)
    if not WANTS_MISTAKES.search(asked):
        yield answer.text(f"**Watch out:** {card.mistake}")
    yield _next(concept, f"**Check yourself:** {card.check.question}")


def _how_to(recipe: Recipe, concept: Concept) -> Iterator[Part]:
    yield answer.text(recipe.text)
    yield from _shown(recipe)
    yield answer.onward(
        f"**Next:** change the example and run it. To learn more, ask about {inline(concept)}."
    )


def _difference(chosen: Plan, depth: Depth) -> Iterator[Part]:
    first, second = chosen.concepts
    yield answer.text(f"**{first.title}** and **{second.title}**")
    if chosen.comparison is not None:
        yield answer.text(chosen.comparison.text)
        yield from _shown(chosen.comparison)
    else:
        for concept in chosen.concepts:
            yield answer.text(f"**{concept.title}.** {concept.cards[depth].text}")
            yield from _shown(concept.cards[depth])
    yield answer.onward(
        f"**Next:** change the example and run it, or ask me about {inline(first)} or {inline(second)}."
    )


def _overview(topic: TopicCards) -> Iterator[Part]:
    yield answer.text(f"**{topic.title}**\n\n{topic.overview}")
    first = topic.concepts[0].cards["beginner"]
    yield from _shown(first)
    names = "\n".join(f"- {concept.title}" for concept in topic.concepts)
    yield answer.onward(f"**Next:** ask me about one of these:\n\n{names}")


def _shown(card: Card | Recipe | Comparison) -> Iterator[Part]:
    yield answer.code(card.example)
    yield answer.output(card.output)


def _next(concept: Concept, check: str) -> Part:
    titles = [inline(library().concepts[name]) for name in concept.next]
    return answer.onward(f"{check}\n\n**Next:** ask me about {' or '.join(titles)}, or ask for an exercise.")


def inline(concept: Concept) -> str:
    """Write a title as it stands in a sentence: abbreviations keep their capital letters."""
    first, _, _ = concept.title.partition(" ")
    return concept.title if first[1:] != first[1:].lower() else concept.title[0].lower() + concept.title[1:]
