"""Finding the sentences of the library that answer a question on a known concept.

A sentence is scored by the share of the question's own words that are in it. Cost: one pass over the
sentences of the library. It finds nothing where no sentence of the concept has half of the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from functions.knowledge.library import DEPTHS, Concept, library

MIN_SHARE = 0.5
AT_HAND = 0.2
WORD = re.compile(r"[a-z_]+|(?<![:=<>!+*/%-])[:=<>!+*/%-]++(?=\s|$)")
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
# Words that mean the same in the questions of beginners, each under the first of its line.
SAME = {
    word: line.split()[0]
    for line in (
        "remove delete erase drop pop discard rid out take",
        "add append put insert push new entry store",
        "endless forever infinite never ends stop end",
        "exist exists there missing present absent found",
        "loop iterate through over each walk all",
        "change update replace modify set edit",
        "find search look check contains contain inside",
        "length long many size count number",
        "empty nothing",
        "last final",
        "access read lookup value",
        "copy duplicate clone",
        "order sort sorted",
        "join combine merge concatenate together",
        "print show display output see",
        "forget forgot omit without skip leave",
        "twice again repeat several multiple",
        "indented indent indentation indenting",
    )
    for word in line.split()
}
IDLE = frozenset(
    re.findall(
        r"\w+",
        """
        a the an i you we it its is are was be do does did to of in on for and or but so if when what why
        how which who can could should would will my me your here this that these those them they with at
        by from as not no yes also just need have has had get got happens happen mean means use used using
        put please thing things something one way
        """,
    )
)
ENDINGS = (
    ("ing", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("sses", "ss"),
    ("xes", "x"),
    ("ches", "ch"),
    ("ed", ""),
    ("s", ""),
)
MIN_STEM = 3
GOES_ON = re.compile(
    r"(?:It|Its|Without it|If not|This|That|They|Them|Then|There|So|Otherwise|Both|But|And)\b"
)
REASONS = re.compile(
    r"\b(?:so that|because|instead of|without|lets?|saves?|useful|avoids?|otherwise|that is why|makes? it"
    r"|once|many times|easier"
    r"|good for|shorter|clearer|never forget|by itself)\b"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of the library with its words, what it is of, and the example that stands beside it."""

    of: str
    concept: str
    text: str
    words: frozenset[str]
    example: str
    output: str


def passages(
    question: str, concept: str, entry: str | None = None, *, least: float = MIN_SHARE, most: int = 2
) -> list[Passage]:
    """Give the sentences on a concept (an entry first) that answer a question best, if any does."""
    books = library()
    title = books.entries[entry].title if entry else books.concepts[concept].title
    wanted = words_of(question) - words_of(title)
    if not wanted:
        return []
    scored = []
    for place, one in enumerate(sentences().get(concept, ())):
        share = len(wanted & one.words) / len(wanted)
        if share >= least:
            scored.append((share + AT_HAND * (one.of == (entry or concept)), -place, one))
    scored.sort(key=lambda found: found[:2], reverse=True)
    return [one for share, _, one in scored if share >= scored[0][0] - AT_HAND][:most]


def warnings(question: str, concept: Concept) -> list[str]:
    """Give what often goes wrong with a concept, what fits the question best first."""
    wanted = words_of(question)
    told = dict.fromkeys(concept.cards[depth].mistake for depth in DEPTHS)
    return sorted(told, key=lambda text: -len(wanted & words_of(text)))


def reasons(of: str) -> list[Passage]:
    """Give the sentences on a concept or an entry that say what it is good for."""
    concept = library().entries[of].concept if of in library().entries else of
    found = [one for one in sentences().get(concept, ()) if one.of == of and REASONS.search(one.text.lower())]
    return found[:3]


def joined(found: list[Passage]) -> str:
    """Write passages one after the other, each once."""
    return " ".join(dict.fromkeys(one.text for one in found))


@cache
def sentences() -> dict[str, tuple[Passage, ...]]:
    """Take the library apart into its sentences, by concept."""
    found: dict[str, list[Passage]] = {}
    for one in _sentences():
        found.setdefault(one.concept, []).append(one)
    return {concept: tuple(told) for concept, told in found.items()}


def _sentences() -> Iterator[Passage]:
    for concept in library().concepts.values():
        for depth in DEPTHS:
            card = concept.cards[depth]
            for text in (*_whole_thoughts(card.text), f"**Watch out:** {card.mistake}"):
                yield _passage(concept.id, concept.id, text, card.example, card.output)
    for entry in library().entries.values():
        warning = (f"**Watch out:** {entry.mistake}",) if entry.mistake else ()
        for text in (*_whole_thoughts(f"{entry.text} {entry.deeper}"), *warning):
            yield _passage(entry.id, entry.concept, text, entry.example, entry.output)


def _passage(of: str, concept: str, text: str, example: str, output: str) -> Passage:
    return Passage(of, concept, text, frozenset(words_of(text)), example, output)


def _whole_thoughts(text: str) -> list[str]:
    """Split a text into sentences; one that only goes on from the sentence before stays with it."""
    found: list[str] = []
    for sentence in filter(None, map(str.strip, SENTENCE.split(text))):
        if found and GOES_ON.match(sentence):
            found[-1] += f" {sentence}"
        else:
            found.append(sentence)
    return found


def words_of(text: str) -> set[str]:
    """Give the words of a text that say what it is about, on their stems; what means the same is one word."""
    return {
        SAME.get(word, SAME.get(stem(word), stem(word)))
        for word in WORD.findall(text.lower())
        if word in SAME or word not in IDLE
    }


def stem(word: str) -> str:
    """Cut the endings that English puts to a word."""
    for ending, instead in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM:
            word = word[: -len(ending)] + instead
            break
    return word[:-1] if word.endswith("e") and len(word) > MIN_STEM + 1 else word
