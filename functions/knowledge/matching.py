"""Finding the concepts and the topic that a question names.

By the names that the cards give themselves, keywords only where the words around them say Python, and long
names with one slip of a letter. Cost: 40 ms to compile once, then 0.2 ms a text, linear in it. It fails on a
concept that is described and not named; the search (search.py) is for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from events.models import Topic
from functions.knowledge.library import Library, library

LINK = r"\s*(?:and|or|vs\.?|versus|from|/|&)\s*(?:an?\s+|the\s+|python\s+)?"
OPENERS = r"(?:what(?:'?s)?(?:\s+(?:is|are|does|do))?|how\s+(?:does|do|to\s+use)|explain|about|using?|of)"
QUOTED = r"[`\"'\u2018\u201c]\s*{k}\s*[`\"'\u2019\u201d]"
# Words such as "for" and "print" are English, too. They mean Python in quotes, before a word of grammar, as
# what is asked for, or in company of another name.
LOOSE_CONTEXTS = (
    QUOTED,
    r"{k}[- ](?:loops?|statements?|keyword|clause|block|functions?|expressions?|operator|command|method)\b",
    rf"\b{OPENERS}\s+(?:the\s+|an?\s+)?{{k}}\s*(?:do|does|mean|work|for|in\s+python)?\s*[?.!]*$",
    r"\b(?:what|how)\s+(?:does|do|is|are)\s+(?:the\s+)?{k}\s+(?:do|mean|work|used|for)\b",
    r"\b(?:when|how)\s+(?:do|should|can|would)\s+(?:i|you|we)\s+use\s+(?:the\s+|a\s+)?{k}",
    rf"{{k}}{LINK}(?:{{any}})(?!\s+(?:a|an|the|my|of)\b)",
    rf"(?:{{any}}){LINK}{{k}}(?!\s+(?:a|an|the|my|of)\b)",
)
# These five stand in nearly every English sentence: of their contexts only the plainest count.
STRICT_CONTEXTS = (
    QUOTED,
    r"{k} (?:operator|keyword)\b",
    r"{k}\s*(?:and|or|vs\.?|versus|/)\s*(?:is|in|and|or|not|==|!=)(?!\w)",
    r"(?:is|in|and|or|not|==|!=)\s*(?:and|or|vs\.?|versus|/)\s*{k}(?:\s+(?:do|mean|work|in)|\W*$)",
)
STRICT = frozenset({"is", "in", "and", "or", "not"})
# Below six letters a slip makes another word of it: "list" and "lost".
FUZZY_LENGTH = 6
WORD = re.compile(r"[a-z_]+")
SEPARATORS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A concept that was named, where, and how specific the words were."""

    concept: str
    start: int
    weight: float


@dataclass(frozen=True, slots=True)
class Index:
    """The words of the library, ready to be looked for."""

    aliases: re.Pattern[str]
    concept_of: dict[str, str]
    spaced_concepts: dict[str, str]
    keywords: tuple[re.Pattern[str], ...]
    keyword_of: dict[str, str]
    near: dict[str, str]


def find_concepts(text: str) -> list[Match]:
    """Find the concepts that a text names, the most specific first, one match each."""
    index = build_index()
    lowered = text.lower()
    best: dict[str, Match] = {}
    for match in _matches(lowered, index):
        kept = best.get(match.concept)
        if kept is None or match.weight > kept.weight:
            best[match.concept] = match
    return sorted(best.values(), key=lambda match: (-match.weight, match.start))


def find_topic(text: str) -> Topic | None:
    """Find the topic that a text names by its own name, as in "something about loops"."""
    names, topic_of, spaced = _topics()
    found = names.search(text.lower())
    return topic_of[_singular(found.group(), spaced)] if found else None


@cache
def _topics() -> tuple[re.Pattern[str], dict[str, Topic], dict[str, str]]:
    """Compile the names of the topics alone: they are needed where the words of all cards are not."""
    topic_of = {alias: topic.id for topic in library().topics.values() for alias in topic.aliases}
    return _alternation(topic_of), topic_of, _spaced(topic_of)


@cache
def build_index() -> Index:
    """Compile the words of all cards, once per process."""
    books = library()
    concept_of = dict(_alias_pairs(books))
    keyword_of = {word: concept.id for concept in books.concepts.values() for word in concept.keywords}
    return Index(
        aliases=_alternation(concept_of),
        concept_of=concept_of,
        spaced_concepts=_spaced(concept_of),
        keywords=tuple(_keyword_patterns(keyword_of, concept_of)),
        keyword_of=keyword_of,
        near=_neighbours(alias for alias in concept_of if WORD.fullmatch(alias)),
    )


def _matches(text: str, index: Index) -> Iterator[Match]:
    covered: list[tuple[int, int]] = []
    for found in index.aliases.finditer(text):
        covered.append(found.span())
        alias = _singular(found.group(), index.spaced_concepts)
        # Each word more makes a name more specific: "list comprehension" wins over "list".
        yield Match(index.concept_of[alias], found.start(), 1.0 + 0.5 * (len(re.findall(r"\w+", alias)) - 1))
    for pattern in index.keywords:
        for found in pattern.finditer(text):
            yield Match(index.keyword_of[found["k"]], found.start("k"), 1.2)
    for word in WORD.finditer(text):
        if len(word.group()) >= FUZZY_LENGTH and not any(a <= word.start() < b for a, b in covered):
            yield from _near_match(word, index)


def _alias_pairs(books: Library) -> Iterator[tuple[str, str]]:
    for concept in books.concepts.values():
        for alias in concept.aliases:
            yield alias, concept.id


def _alternation(words: Iterable[str]) -> re.Pattern[str]:
    # Python's alternation takes the first choice that fits, not the longest.
    longest_first = sorted(words, key=len, reverse=True)
    choices = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in longest_first)
    return re.compile(rf"(?<!\w)(?:{choices})(?:e?s)?(?!\w)")


def _keyword_patterns(keyword_of: dict[str, str], concept_of: dict[str, str]) -> Iterator[re.Pattern[str]]:
    """Make patterns for words such as `for`, which mean Python only where the words around them say so."""
    every = "|".join(map(re.escape, sorted({*keyword_of, *concept_of}, key=len, reverse=True)))
    for words, contexts in ((set(keyword_of) - STRICT, LOOSE_CONTEXTS), (STRICT, STRICT_CONTEXTS)):
        choices = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        for context in contexts:
            yield re.compile(
                context.replace("{k}", rf"(?<![\w=])(?P<k>{choices})(?![\w=])").replace("{any}", every)
            )


def _spaced(words: Iterable[str]) -> dict[str, str]:
    """Map words with their hyphens written as spaces to the words."""
    return {SEPARATORS.sub(" ", word): word for word in words}


def _singular(found: str, spaced: dict[str, str]) -> str:
    word = SEPARATORS.sub(" ", found)
    return next(spaced[form] for form in (word, word[:-1], word[:-2]) if form in spaced)


def one_left_out(word: str) -> set[str]:
    """Give a word and what is left of it without one letter: words one slip apart share one of these."""
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _neighbours(aliases: Iterable[str]) -> dict[str, str]:
    """Map every spelling with one letter left out to its alias: two words one slip apart share a spelling."""
    return {
        spelling: alias for alias in aliases if len(alias) >= FUZZY_LENGTH for spelling in one_left_out(alias)
    }


def _near_match(word: re.Match[str], index: Index) -> Iterator[Match]:
    for form in (word.group(), word.group().removesuffix("s"), word.group().removesuffix("es")):
        for spelling in one_left_out(form):
            if alias := index.near.get(spelling):
                yield Match(index.concept_of[alias], word.start(), 0.8)
                return
