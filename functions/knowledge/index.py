"""The index of the library: the phrases that things are asked for with, and how rare their terms are.

It is built from all cards and entries (some 530, with 4,500 phrases of 2,800 terms) and kept compiled:
building takes a quarter of a second, loading 8 ms. It fails on words that nobody has put into a phrase: they
are unknown, however near their meaning is.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from functions.knowledge.compiled import content, load
from functions.knowledge.library import Concept, Entry, Library, library
from functions.knowledge.phrasing import KEPT, said
from functions.knowledge.terms import NAME, Unit, Vocabulary, patterns, phrase, root

# Beside a name of Python the other words are mostly manner ("how does `zip` work in my program"). They are
# not left out: "sort `dict` by value" has its point in them.
BESIDE_A_NAME = 0.35
MIN_TERMS = 2


@dataclass(frozen=True, slots=True)
class Index:
    """The phrases and words of the library, ready to be looked for."""

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    phrases: tuple[tuple[int, tuple[str, ...]], ...]
    postings: Mapping[str, tuple[int, ...]]
    bags: tuple[frozenset[str], ...]
    bodies: tuple[frozenset[str], ...]
    rarity: Mapping[str, float]
    contrasts: Mapping[str, tuple[tuple[str, ...], ...]]
    own: Mapping[int, frozenset[tuple[str, ...]]]
    sayings: Mapping[str, int]
    known: Vocabulary
    unknown: float
    words: tuple[str, ...]

    def weight(self, term: str) -> float:
        """Say how rare a term is."""
        return self.rarity.get(term, self.unknown)

    def weights(self, asked: Sequence[Unit]) -> list[float]:
        """Say how much each thing in a question counts; beside a name of Python other words count less."""
        subject = any(unit.subject for unit in asked)
        beside = BESIDE_A_NAME if subject else 1.0
        return [self.weight(unit.terms[0]) * (1.0 if unit.marked else beside) for unit in asked]


@cache
def index() -> Index:
    """Give the index, once per process, from its compiled form."""
    raw = load("search", _build)
    return Index(
        ids=raw["ids"],
        kinds=raw["kinds"],
        phrases=raw["phrases"],
        postings=raw["postings"],
        bags=raw["bags"],
        bodies=raw["bodies"],
        rarity=raw["rarity"],
        contrasts=raw["contrasts"],
        own=raw["own"],
        sayings=raw["sayings"],
        known=Vocabulary(
            raw["idle"], raw["kin"], raw["names"], raw["signs"], raw["special"], patterns(raw["read_as"])
        ),
        unknown=raw["unknown"],
        words=raw["words"],
    )


def _build() -> dict[str, Any]:
    books = library()
    known = vocabulary(books)
    things: list[Concept | Entry] = [*books.concepts.values(), *books.entries.values()]
    phrases = [
        (number, terms)
        for number, thing in enumerate(things)
        # A dictionary and no set: the compiled index must come out the same wherever it is made.
        for terms in dict.fromkeys(_phrases(thing, known))
        if terms
    ]
    postings: dict[str, list[int]] = defaultdict(list)
    for place, (_, terms) in enumerate(phrases):
        for term in terms:
            postings[term].append(place)
    bags = [frozenset(_bag(thing, known)) for thing in things]
    bodies = [frozenset(phrase(_body(thing), known)) for thing in things]
    held: dict[str, set[int]] = defaultdict(set)
    for item, terms in phrases:
        for term in terms:
            held[term].add(item)
    for item, words in enumerate(bodies):
        for term in words:
            held.setdefault(term, set()).add(item)
    return {
        "ids": tuple(thing.id for thing in things),
        "kinds": tuple(thing.kind if isinstance(thing, Entry) else "concept" for thing in things),
        "phrases": tuple(phrases),
        "postings": {term: tuple(places) for term, places in postings.items()},
        "bags": tuple(bags),
        # The text of an article counts less than its phrases (scoring): it names much that it is not about.
        "bodies": tuple(bodies),
        "rarity": {term: _rarity(len(items), len(things)) for term, items in held.items()},
        "contrasts": {entry.id: _sides(entry, known) for entry in books.entries.values() if entry.of},
        "own": {number: _own(one, known) for number, one in enumerate(things)},
        "sayings": {
            one: n for n, thing in reversed(list(enumerate(things))) for one in _sayings(thing, known)
        },
        "idle": frozenset(known.idle),
        "kin": dict(known.kin),
        "names": frozenset(known.names),
        "signs": frozenset(known.signs),
        "special": tuple(known.special),
        "read_as": content()["words"]["read_as"],
        "unknown": _rarity(0, len(things)),
        "words": _words(things, known),
    }


def vocabulary(books: Library) -> Vocabulary:
    """Gather the words that the search knows."""
    words = content()["words"]
    kin = {one: root(head) for head, others in words["same"].items() for one in others.split()}
    # Both as they are written and on their stems, because `root` cuts by rule and may cut a word of the list.
    kin |= {root(one): head for one, head in kin.items()}
    names = {name.lower() for entry in books.entries.values() for name in (*entry.names, *_bare(entry))}
    names |= {word for concept in books.concepts.values() for word in concept.keywords}
    return Vocabulary.of(words["idle"].split(), kin, names, words["read_as"])


def _rarity(held: int, things: int) -> float:
    # Inverse document frequency as BM25 has it, with 1 added so that it is never below 0: a term that stands
    # in most articles would otherwise count against the one it was asked for with, and shares would mean
    # nothing.
    return math.log(1 + things / (0.5 + held))


def _phrases(thing: Concept | Entry, known: Vocabulary) -> Iterator[tuple[str, ...]]:
    if isinstance(thing, Entry):
        yield from ((NAME + name.lower(),) for name in (*thing.names, *_bare(thing)))
        written: Iterable[str] = (thing.title, *thing.asks) if thing.kind != "contrast" else thing.asks
    else:
        yield from ((NAME + word,) for word in thing.keywords)
        written = (thing.title, *thing.aliases)
    for one in written:
        for choice in spelt_out(one):
            loose = isinstance(thing, Entry) and thing.kind == "recipe"
            if len(phrase(choice, known)) > 1 or not _thinned(choice, known, loose=loose):
                yield _terms(choice, known)


def _words(things: Sequence[Concept | Entry], known: Vocabulary) -> tuple[str, ...]:
    """Give the words that a question may be misspelling."""
    written = [one for thing in things for one in (thing.asks if isinstance(thing, Entry) else thing.aliases)]
    # Shorter words are one slip away from too many others: "for", "far", "or".
    words = {word for one in written for word in re.findall(r"[a-z]{4,}", one.lower())}
    return tuple(sorted(words - known.idle))


def _own(thing: Concept | Entry, known: Vocabulary) -> frozenset[tuple[str, ...]]:
    """Give the phrases that mean a thing before all others: its title, and the first of its names."""
    names = thing.asks if isinstance(thing, Entry) else thing.aliases
    return frozenset(_terms(one, known) for one in (thing.title, *names[:2]))


def _sayings(thing: Concept | Entry, known: Vocabulary) -> Iterator[str]:
    """Give the phrases of which only one term is left, or none: they are found as they stand, too."""
    if isinstance(thing, Entry):
        short = (one for one in thing.asks if len(phrase(one, known)) < MIN_TERMS)
        # "is operator" would be found by "what is an operator".
        yield from (said(one) for one in short if not one.startswith("is "))
    else:
        yield said(thing.title)


def _terms(ask: str, known: Vocabulary) -> tuple[str, ...]:
    """Give the terms of a phrase, with keywords that are idle elsewhere: the `for` of "for loop"."""
    keywords = (NAME + found[1] for found in KEPT.finditer(ask.lower()) if found[1] in known.names)
    return (*keywords, *phrase(ask, known))


def _thinned(ask: str, known: Vocabulary, *, loose: bool) -> bool:
    """Whether a phrase has lost so many of its words that the one left says too little: in a recipe, any."""
    small = content()["words"]["light" if loose else "small"].split()
    lost = [word for word in ask.lower().split() if word in known.idle and word not in small]
    return bool(lost)


def spelt_out(ask: str) -> list[str]:
    """Give all readings of a phrase in which `a|b` stands for either word."""
    made = [""]
    for word in ask.split():
        made = [f"{begun} {choice}" for begun in made for choice in word.split("|")]
    return made


def _bare(entry: Entry) -> Iterator[str]:
    """Give the names of a module without the module: `getcwd` of `os.getcwd`."""
    if entry.kind == "module":
        dotted = (name.rpartition(".")[2] for name in entry.names if "." in name and name[0].isalpha())
        # `open` alone is the function, and not the `os.open` that an article may name as well.
        yield from (name for name in dotted if name not in _whole_names())


@cache
def _whole_names() -> frozenset[str]:
    return frozenset(name for entry in library().entries.values() for name in entry.names)


def _bag(thing: Concept | Entry, known: Vocabulary) -> Iterator[str]:
    asks = content()["asks"].get(thing.id, "")
    written = (thing.title, *(thing.asks if isinstance(thing, Entry) else thing.aliases), asks)
    yield from phrase(" ".join(written).replace("|", " "), known)
    names = thing.names if isinstance(thing, Entry) else thing.keywords
    yield from (NAME + name.lower() for name in names)


def _body(thing: Concept | Entry) -> str:
    if isinstance(thing, Entry):
        return f"{thing.text} {thing.deeper} {thing.mistake} {thing.example}"
    return " ".join(f"{card.text} {card.mistake} {card.example}" for card in thing.cards.values())


def _forms(one: str, known: Vocabulary) -> tuple[str, ...]:
    return (one, NAME + one) if one in known.names else (one, *phrase(one, known)[:1])


def _sides(entry: Entry, known: Vocabulary) -> tuple[tuple[str, ...], ...]:
    """Give for both sides of a contrast how it may be named: ids, names, or single words."""
    return tuple(tuple(form for one in side.split("|") for form in _forms(one, known)) for side in entry.of)
