"""The concept cards and entries: what the grounded tutor knows, read from the TOML files in content/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from events.models import Level, Topic
from functions.knowledge.checks import Check, read_check
from functions.knowledge.compiled import content

Depth = Literal["beginner", "learning", "proficient"]
EntryKind = Literal[
    "keyword", "operator", "builtin", "method", "module", "exception", "idea", "recipe", "contrast"
]

DEPTHS: tuple[Depth, ...] = get_args(Depth)
TOPICS: tuple[Topic, ...] = get_args(Topic)
KINDS: tuple[EntryKind, ...] = get_args(EntryKind)


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
class Entry:
    """A short article: one name of Python, one small idea, one "how do I", or how two things differ.

    `names` are Python's own words for it, `asks` what students call it, `of` the two things of a
    contrast, `near` the entries to read next. `deeper` is for those who are past the beginning; `typed`
    is what the user of the example types. It belongs to a concept, whose topic is its topic.
    """

    id: str
    kind: EntryKind
    title: str
    concept: str
    topic: Topic
    names: tuple[str, ...]
    asks: tuple[str, ...]
    text: str
    example: str
    output: str
    mistake: str = ""
    deeper: str = ""
    check: Check | None = None
    typed: str = ""
    of: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicCards:
    """One of the eight topics."""

    id: Topic
    title: str
    aliases: tuple[str, ...]
    overview: str
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """All topics; their concepts and the entries by id."""

    topics: Mapping[Topic, TopicCards]
    concepts: Mapping[str, Concept]
    entries: Mapping[str, Entry]

    def title(self, name: str) -> str:
        """Give the title of a concept or entry; raises KeyError."""
        return (self.concepts.get(name) or self.entries[name]).title


def depth_of(level: Level) -> Depth:
    """Say which card a level reads: the mastered read what the proficient read."""
    # A fourth card for those who have mastered a concept would be read by the few who have no question on it.
    return "proficient" if level == "mastered" else level


@cache
def library() -> Library:
    """Read all cards and entries, once per process."""
    files = content()
    topics = {topic: _topic(topic, files) for topic in TOPICS}
    concepts = {concept.id: concept for topic in topics.values() for concept in topic.concepts}
    # Cards have three depths, entries one with an addition: ten times as many articles had to be written
    # once.
    entries = {
        told["id"]: _entry(told, concepts)
        for name, file in files.items()
        if name.startswith(("names/", "ideas/", "recipes/", "contrasts/"))
        for told in file["entry"]
    }
    return Library(topics=topics, concepts=concepts, entries=entries)


def _topic(topic: Topic, files: Mapping[str, Mapping[str, Any]]) -> TopicCards:
    data = files[f"{topic}/topic"]
    return TopicCards(
        id=topic,
        title=data["title"],
        aliases=tuple(data["aliases"]),
        overview=data["overview"].strip(),
        concepts=tuple(_concept(topic, name, files[f"{topic}/{name}"]) for name in data["concepts"]),
    )


def _concept(topic: Topic, name: str, entry: Mapping[str, Any]) -> Concept:
    return Concept(
        id=name,
        topic=topic,
        title=entry["title"],
        aliases=tuple(entry["aliases"]),
        keywords=tuple(entry.get("keywords", ())),
        next=tuple(entry["next"]),
        cards={depth: _card(entry[depth]) for depth in DEPTHS},
    )


def _card(entry: Mapping[str, Any]) -> Card:
    return Card(
        text=entry["text"].strip(),
        example=entry["example"],
        output=entry["output"],
        mistake=entry["mistake"].strip(),
        check=read_check(entry["check"]),
    )


def _entry(told: Mapping[str, Any], concepts: Mapping[str, Concept]) -> Entry:
    return Entry(
        id=told["id"],
        kind=told["kind"],
        title=told["title"],
        concept=told["concept"],
        topic=concepts[told["concept"]].topic,
        names=tuple(told.get("names", ())),
        asks=tuple(told.get("asks", ())),
        text=told["text"].strip(),
        example=told.get("example", ""),
        output=told.get("output", ""),
        mistake=told.get("mistake", "").strip(),
        deeper=told.get("deeper", "").strip(),
        check=read_check(told["check"]) if "check" in told else None,
        typed=told.get("typed", ""),
        of=tuple(told.get("of", ())),
        near=tuple(told.get("near", ())),
    )
