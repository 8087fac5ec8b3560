"""What the classifier sees of a message: the signals it shows, its words, and what came along.

A message becomes a set of names: signals that fit, words, pairs of neighbours, groups of synonyms, how many
words are strange to a Python course, and what came along. Presence counts, not number: a word said five times
weighs as one. Cost: linear in the message, and one search for each signal's expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from functions.knowledge.library import library
from functions.triage.reading import Reading
from functions.triage.signals import signals
from functions.triage.vocabulary import voice_of

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[?!]|\d+")
FEW = 4
LONG = 12
PYTHON = re.compile(r"\bpython\b")
ASKING = frozenset(
    {"what", "how", "why", "when", "which", "who", "where", "is", "are", "can", "could", "does"}
)
NEGATED = re.compile(r"n't|nt\b|\bnot\b|\bno\b|\bnever\b")


def features(reading: Reading, *, named: bool, stuck: bool) -> frozenset[str]:
    """Name what a message shows; the order of its words counts in pairs."""
    return frozenset(_features(reading, named=named, stuck=stuck))


def _features(reading: Reading, *, named: bool, stuck: bool) -> Iterator[str]:
    words = WORD.findall(reading.prose)
    shown = [signal.name for signal in signals().intents if signal.pattern.search(reading.prose)]
    python = named or bool(PYTHON.search(reading.prose)) or not signals().programs.isdisjoint(words)
    yield from (f"signal:{name}" for name in shown)
    yield from (f"word:{word}" for word in words)
    # Begin and end are words too: a message that begins with "is" asks.
    yield from (f"pair:{one} {two}" for one, two in pairwise(["^", *words, "$"]))
    yield from _kin(words)
    yield from _along(reading, words)
    yield "python" if python else "no python"
    if not shown:
        yield "no signal"
    # A linear model adds: it can't learn that a question counts for one intent with Python in it and for
    # another without. So this is a feature of its own, and so are the pairs below.
    if any(name.startswith("concept") for name in shown):
        yield "asks of python" if python else "asks of something else"
    if python and "my" in words:
        yield "my program"
    if python and words and words[0] not in ASKING and "?" not in words:
        yield "tells of a program"
    voice = voice_of(reading.words)
    yield f"voice: {voice}"
    if words:
        yield f"voice: {voice}, begins: {words[0] if words[0] in ASKING else 'otherwise'}"
    if stuck:
        yield "stuck"
    if named:
        yield "names a concept"
    yield from _strange(words, python=python)
    if NEGATED.search(reading.prose):
        yield "negated"


def _kin(words: list[str]) -> Iterator[str]:
    """Name the groups of words that stand for each other, so that a rare word counts as its kin does."""
    found = {name for word in words for name in signals().kin.get(word, ())}
    yield from (f"kin:{name}" for name in found)
    if not found:
        yield "no kin"


def _strange(words: list[str], *, python: bool) -> Iterator[str]:
    """Tell how many words have no place in a Python course."""
    strange = [word for word in words if len(word) > 2 and word.isalpha() and word not in vocabulary()]
    count = "none" if not strange else "one" if len(strange) == 1 else "some"
    yield f"strange: {count}"
    yield f"strange: {count}, {'python' if python else 'no python'}"
    # Not even one word that a course has: gibberish, or another language.
    if words and len(strange) == len([word for word in words if len(word) > 2]):
        yield "all strange"


@cache
def vocabulary() -> frozenset[str]:
    """All words of the cards, of their names, and of what students usually ask for."""
    books = library()
    texts = [topic.overview for topic in books.topics.values()]
    for concept in books.concepts.values():
        texts += [concept.title, *concept.aliases, *concept.keywords]
        texts += [f"{card.text} {card.mistake} {card.check.question}" for card in concept.cards.values()]
    # The expressions themselves hold the words that students ask with.
    texts += [signal.pattern.pattern for signal in signals().intents if signal.intent != "off_topic"]
    return frozenset(WORD.findall(" ".join(texts).replace("\\b", " ").lower()))


def _along(reading: Reading, words: list[str]) -> Iterator[str]:
    if reading.code is not None:
        yield "code"
    if reading.parsed is not None:
        yield "error told" if reading.parsed.message or reading.error else "error named"
    count = ("none", "one", "few", "few")[len(words)] if len(words) < FEW else "more"
    yield f"words: {count}"
    if len(words) > LONG:
        yield "long"
