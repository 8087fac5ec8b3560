"""Finding what answers a question, and saying how sure that is.

Cost: the postings of the question's terms, then a pass over the entries; a few milliseconds.
It fails on questions that name nothing: there it finds nothing, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from functions.knowledge.index import MIN_TERMS, Index, index
from functions.knowledge.matching import one_left_out
from functions.knowledge.phrasing import said
from functions.knowledge.scoring import PREFERRED, hits_of, is_in, preference, scores
from functions.knowledge.terms import Unit, stem, units

# Two bounds on one scale (decision 29): above SURE an article is served, below NEAR it is not even named.
SURE = 0.66
NEAR = 0.4
# Words of three letters are mended into each other: "for", "far", "fun".
MIN_MENDED = 4
MAX_FOUND = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What fits a question: the id of a concept or entry, and how well (0..1)."""

    id: str
    score: float
    whole: bool = False


def search(text: str) -> list[Found]:
    """Find what fits a question, the best first; at most eight, none whose score is below NEAR."""
    asked = asked_for(text)
    found = scores(asked, text) if asked else {}
    # "what is [:]" and "what is {}" have the same plain words, which are none: the sign decides, not the
    # wording.
    signs = any(unit.marked and not unit.shown.isidentifier() for unit in asked)
    if not signs and (place := index().sayings.get(said(text))) is not None:
        found[place] = (1 + 2 * PREFERRED, True)
    # Sorting is stable: of equals the one found first, the same every time.
    order = sorted(found.items(), key=lambda pair: -pair[1][0])
    return [
        Found(index().ids[n], min(1.0, score), whole)
        for n, (score, whole) in order[:MAX_FOUND]
        if score >= NEAR
    ]


def asked_for(text: str) -> tuple[Unit, ...]:
    """Say what a question names; words that nothing knows are read as what they nearly are."""
    known = index()
    return tuple(mended for unit in units(text, known.known) for mended in _mended(unit, known))


def _mended(unit: Unit, known: Index) -> Iterator[Unit]:
    """Read a word that nothing knows as the one that it is nearly; nothing, where that one is idle."""
    term, word = unit.terms[0], unit.shown
    if unit.marked or term in known.rarity or not word.isascii():
        yield unit
        return
    if any(_slipped(word, idle) for idle in known.known.idle if idle[0] == word[0]):
        return
    # The first letter is hardly ever the one mistyped, and to look among its words alone is much less work.
    near = (one for one in known.words if one[0] == word[0] and abs(len(one) - len(word)) < MIN_TERMS)
    found = next((one for one in near if _mistyped(word, one)), None) if len(word) >= MIN_MENDED else None
    yield unit if found is None else Unit((stem(found, known.known),), word)


def _mistyped(word: str, meant: str) -> bool:
    """Whether a word is another one with a letter left out, doubled, wrong, or in the wrong place."""
    if _slipped(word, meant):
        return True
    if len(word) > len(meant):
        return meant in {word[:n] + word[n + 1 :] for n in range(1, len(word)) if word[n] == word[n - 1]}
    return len(word) == len(meant) > MIN_MENDED and sum(a != b for a, b in zip(word, meant, strict=True)) == 1


def _slipped(word: str, meant: str) -> bool:
    """Whether a word has the letters of another one in another order, or lacks one of them."""
    if len(word) == len(meant):
        return sorted(word) == sorted(meant)
    return len(meant) > MIN_TERMS + 1 and word in one_left_out(meant)


def covered(text: str, name: str) -> float:
    """Say how much of what a question names the article of a name speaks of: 1 where it names nothing."""
    asked = asked_for(text)
    total = sum(index().weight(unit.terms[0]) for unit in asked)
    place = index().ids.index(name)
    words = index().bags[place] | index().bodies[place]
    return (
        sum(index().weight(unit.terms[0]) for unit in asked if is_in(words, unit)) / total if asked else 1.0
    )


def named(text: str) -> list[str]:
    """Give what a question names in full, in its order; of several for the same words the best."""
    known, asked = index(), asked_for(text)
    whole: dict[int, tuple[float, int]] = {}
    for item, terms, numbers in hits_of(asked):
        spoken = {term for number in numbers for term in asked[number].terms}
        if spoken.issuperset(terms):
            weight = sum(known.weight(term) for term in terms) + preference(item, terms, asked, text)
            whole[item] = max(whole.get(item, (0.0, 0)), (weight, -min(numbers)))
    best: dict[int, int] = {}
    for item, (_, place) in sorted(whole.items(), key=lambda pair: pair[1]):
        if known.kinds[item] not in ("recipe", "contrast"):
            best[place] = item
    return [known.ids[best[place]] for place in sorted(best, reverse=True)]
