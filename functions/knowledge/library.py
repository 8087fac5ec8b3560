"""The concept cards: what the grounded tutor knows, read from the TOML files in content/."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from events.models import Level, Topic
from functions.knowledge.checks import Check, read_check

Depth = Literal["beginner", "learning", "proficient"]

DEPTHS: tuple[Depth, ...] = get_args(Depth)
TOPICS: tuple[Topic, ...] = get_args(Topic)
CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class Card:
    """One concept, told for one depth."""

    text: str
    example: str
    output: str
    mistake: str
    check: Check


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea of a topic with its card for every depth."""

    id: str
    topic: Topic
    title: str
    aliases: tuple[str, ...]
    keywords: tuple[str, ...]
    next: tuple[str, ...]
    cards: Mapping[Depth, Card]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The answer to one frequent "how do I" question."""

    concept: str
    ask: tuple[tuple[str, ...], ...]
    text: str
    example: str
    output: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two concepts differ."""

    of: frozenset[str]
    text: str
    example: str
    output: str


@dataclass(frozen=True, slots=True)
class TopicCards:
    """One of the eight topics."""

    id: Topic
    title: str
    aliases: tuple[str, ...]
    overview: str
    concepts: tuple[Concept, ...]
    recipes: tuple[Recipe, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """All topics, and their concepts by id."""

    topics: Mapping[Topic, TopicCards]
    concepts: Mapping[str, Concept]
    comparisons: tuple[Comparison, ...]

    def compared(self, one: str, other: str) -> Comparison | None:
        """Find what was written about the difference of two concepts."""
        wanted = frozenset((one, other))
        return next((found for found in self.comparisons if found.of == wanted), None)


def depth_of(level: Level) -> Depth:
    """Say which card a level reads: the mastered read what the proficient read."""
    return "proficient" if level == "mastered" else level


@cache
def library() -> Library:
    """Read all cards, once per process."""
    topics = {topic: read_topic(topic) for topic in TOPICS}
    concepts = {concept.id: concept for topic in topics.values() for concept in topic.concepts}
    return Library(topics=topics, concepts=concepts, comparisons=read_comparisons())


def read_topic(topic: Topic) -> TopicCards:
    """Read the file of one topic."""
    data = tomllib.loads((CONTENT / f"{topic}.toml").read_text(encoding="utf-8"))
    return TopicCards(
        id=topic,
        title=data["title"],
        aliases=tuple(data["aliases"]),
        overview=data["overview"].strip(),
        concepts=tuple(_concept(topic, entry) for entry in data["concept"]),
        recipes=tuple(_recipe(entry) for entry in data.get("recipe", [])),
    )


def read_comparisons() -> tuple[Comparison, ...]:
    """Read the file of comparisons."""
    data = tomllib.loads((CONTENT / "comparisons.toml").read_text(encoding="utf-8"))
    return tuple(
        Comparison(frozenset(entry["of"]), entry["text"].strip(), entry["example"], entry["output"])
        for entry in data["comparison"]
    )


def _concept(topic: Topic, entry: dict[str, Any]) -> Concept:
    return Concept(
        id=entry["id"],
        topic=topic,
        title=entry["title"],
        aliases=tuple(entry["aliases"]),
        keywords=tuple(entry.get("keywords", ())),
        next=tuple(entry["next"]),
        cards={depth: _card(entry[depth]) for depth in DEPTHS},
    )


def _card(entry: dict[str, Any]) -> Card:
    return Card(
        text=entry["text"].strip(),
        example=entry["example"],
        output=entry["output"],
        mistake=entry["mistake"].strip(),
        check=read_check(entry["check"]),
    )


def _recipe(entry: dict[str, Any]) -> Recipe:
    return Recipe(
        concept=entry["concept"],
        ask=tuple(tuple(line.split()) for line in entry["ask"]),
        text=entry["text"].strip(),
        example=entry["example"],
        output=entry["output"],
    )
