"""Choosing what of the library answers a question, and knowing when nothing does.

Cost: one search, for two things that are compared one more, some milliseconds. It fails where the two bounds
do: a question that by chance fits another article well is answered with that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from events.models import Level, Topic
from functions.knowledge import interpreter
from functions.knowledge.checks import Check
from functions.knowledge.index import index
from functions.knowledge.interpreter import Documentation
from functions.knowledge.library import Concept, Entry, Library, TopicCards, depth_of, library
from functions.knowledge.matching import find_topic
from functions.knowledge.phrasing import COMPARES
from functions.knowledge.search import SURE, Found, asked_for, covered, named, search

TWO_QUESTIONS = re.compile(
    r"\?.*\?|\band (?:then )?(?:also )?(?:what|how|why|explain|tell)\b", re.IGNORECASE | re.DOTALL
)
POINTS_BACK = re.compile(r"\b(?:it|them|that|this|one|these|those|they)\b", re.IGNORECASE)
# Only plain words are said again: an address or a sign in a question must not come back in an answer.
PLAIN = re.compile(r"[^\W\d_]{2,20}|[a-z]+_[a-z_]{1,20}")
MAX_SHOWN = 3
MAX_NEAREST = 3
# Python's own documentation is asked between the two: it knows any name, but explains it to experts.
LIKELY = 0.62
MIN_COVERED = 0.5
MIN_MISSING = 2
MIN_PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about a concept."""

    text: str
    topic: Topic
    level: Level
    concept: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What of the library answers a question, and how well it fits (0..1).

    Without a concept or an entry there is no answer to it: `missing` is what was asked for, `nearest` are
    the ids of what comes close. `documented` is what Python's own documentation says where the library
    has nothing.
    """

    topic: TopicCards
    concepts: tuple[Concept, ...] = ()
    entry: Entry | None = None
    pair: tuple[Concept | Entry, ...] = ()
    second: Concept | None = None
    documented: Documentation | None = None
    score: float = 1.0
    missing: str = ""
    nearest: tuple[str, ...] = ()

    @property
    def answers(self) -> bool:
        """Whether there is an answer at all."""
        return bool(self.concepts or self.entry or self.documented)

    @property
    def choices(self) -> tuple[str, ...]:
        """Give the titles of what comes close, for a question back."""
        return tuple(library().title(name) for name in self.nearest)

    def check(self, level: Level) -> Check | None:
        """Give the check question that the answer ends with, for a student of a level."""
        if self.entry is not None:
            return self.entry.check
        single = self.concepts and not self.pair
        return self.concepts[0].cards[depth_of(level)].check if single else None


def plan(question: Question) -> Plan:
    """Choose what answers a question; where nothing does, say so with what comes close."""
    books = library()
    found = _found(question, books)
    best = found[0] if found else None
    # Before the best single hit: of "lists or tuples" each half is found alone with a good score.
    if (pair := _compared(question, best, books)) is not None:
        return pair
    if best is not None and best.score >= SURE:
        return _chosen(best, found, question, books)
    if (documented := interpreter.find(question.text, index().known.idle)) is not None:
        return Plan(topic=books.topics[question.topic], documented=documented, nearest=_names(found))
    if best is not None and best.score >= LIKELY:
        return _chosen(best, found, question, books)
    concept = books.concepts.get(question.concept or "")
    if concept is not None and covered(question.text, concept.id) >= MIN_COVERED:
        return Plan(topic=books.topics[concept.topic], concepts=(concept,))
    topic = find_topic(question.text)
    missing = "" if topic and len(asked_for(question.text)) < MIN_MISSING else missing_in(question.text)
    nearest = _names(found) if missing else ()
    return Plan(topic=books.topics[topic or question.topic], score=0.0, missing=missing, nearest=nearest)


def _found(question: Question, books: Library) -> list[Found]:
    """Search for what is asked; "how do I add something to it" together with what the talk is about."""
    concept = books.concepts.get(question.concept or "")
    if concept is not None and POINTS_BACK.search(question.text):
        found = search(f"{question.text} {concept.title}")
        if found and found[0].score >= SURE and found[0].id != concept.id:
            return found
    return search(question.text)


def missing_in(text: str) -> str:
    """Name what a question asks for, in plain words of the student; empty when it names nothing."""
    shown = [unit.shown for unit in asked_for(text)]
    return " ".join([word for word in shown if PLAIN.fullmatch(word)][:MAX_SHOWN]) or (
        "that" if shown else ""
    )


def _chosen(best: Found, found: list[Found], question: Question, books: Library) -> Plan:
    """Plan the answer that was found."""
    entry = books.entries.get(best.id)
    nearest = _names(found[1:]) if best.score < SURE else ()
    if entry is None:
        concept = books.concepts[best.id]
        second = next((one for one in _others(question, best, books)), None)
        return Plan(
            topic=books.topics[concept.topic],
            concepts=(concept,),
            second=second,
            score=best.score,
            nearest=nearest,
        )
    about = [books.concepts[name] for name in entry.of if name in books.concepts] or [
        books.concepts[entry.concept]
    ]
    return Plan(
        topic=books.topics[entry.topic],
        entry=entry,
        concepts=tuple(about),
        score=best.score,
        nearest=nearest,
    )


def _compared(question: Question, best: Found | None, books: Library) -> Plan | None:
    """Show two things that are compared side by side, where no contrast tells how they differ."""
    if not COMPARES.search(question.text) or (best is not None and (best.whole or _is_contrast(best, books))):
        return None
    pair = [books.concepts.get(name) or books.entries[name] for name in named(question.text)[:2]]
    if len(pair) < MIN_PAIR:
        return None
    return Plan(topic=books.topics[pair[0].topic], pair=tuple(pair), concepts=_concepts(pair, books))


def _is_contrast(found: Found, books: Library) -> bool:
    return found.score >= SURE and found.id in books.entries and bool(books.entries[found.id].of)


def _others(question: Question, best: Found, books: Library) -> Iterator[Concept]:
    if TWO_QUESTIONS.search(question.text):
        yield from (
            books.concepts[name]
            for name in named(question.text)
            if name in books.concepts and name != best.id
        )


def _concepts(pair: list[Concept | Entry], books: Library) -> tuple[Concept, ...]:
    return tuple(one if isinstance(one, Concept) else books.concepts[one.concept] for one in pair)


def _names(found: list[Found]) -> tuple[str, ...]:
    return tuple(one.id for one in found[:MAX_NEAREST])
