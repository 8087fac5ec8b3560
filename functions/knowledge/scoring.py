"""How well each thing of the library fits a question.

A phrase fits by two shares, both weighted by how rare the terms are: how much of the phrase is in the
question, and how much of the question the phrase and the text of the entry cover. The score (0..1) is their
harmonic mean, so that neither a lone common word nor an entry without the thing asked for scores high; small
additions decide between equals.

Cost: the postings of the terms and one pass over all bags, 1 to 3 ms a question. It fails where a question
says much besides: each further word that is in no article lowers the share of the question, until nothing is
found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from functions.knowledge.index import index
from functions.knowledge.phrasing import COMPARES, CONVERTS, HOW_TO, LINKED, THING
from functions.knowledge.terms import NAME, Unit

Score = tuple[float, bool]
Hit = tuple[int, tuple[str, ...], set[int]]
# The numbers below were tried out on labelled questions (decision 29); how well they do on questions that had
# no part in it is in docs/teaching.md. With less than 0.6 of a phrase in it, a question asks for something
# else.
MIN_PHRASE = 0.6
# Sums of floats: all of it may come out as 0.9999999.
WHOLE = 0.999
# A word that only the text of an article has is weak evidence, weaker in cards, whose texts are longer.
FROM_BODY = 0.3
FROM_CARDS = 0.2
FROM_BAG = 0.85
FROM_ASKS = 0.6
# Above 1, what a phrase lacks weighs more than what a question has besides: "sort a list" must not answer
# "sort a dictionary" because all other words fit.
STRICT = 1.5
MIN_COVERED = 0.7
SINGLE = 0.85
# Orders decide between equals, except where something is converted: "a string to a number" is another
# question than "a number to a string".
IN_ORDER = 0.01
TURNED = 0.15
MIN_ORDERED = 2
SHORT = 0.2
PREFERRED = 0.04


def hits_of(asked: Sequence[Unit]) -> Iterator[Hit]:
    """Give the phrases that share a term with a question: entry, terms, and the units shared."""
    known = index()
    matched: dict[int, set[int]] = defaultdict(set)
    for number, unit in enumerate(asked):
        for term in unit.terms:
            for place in known.postings.get(term, ()):
                matched[place].add(number)
    for place, numbers in matched.items():
        yield (*known.phrases[place], numbers)


def scores(asked: Sequence[Unit], text: str) -> dict[int, Score]:
    """Score what shares a term with a question: how well it fits, and whether it fits in full."""
    known = index()
    weights = known.weights(asked)
    found: dict[int, Score] = {}
    hits = list(hits_of(asked))
    turned = TURNED if CONVERTS.search(text) else 0.0
    for item, terms, numbers in hits:
        score, whole = _fit(terms, item, numbers, asked, weights)
        score += preference(item, terms, asked, text) + _in_order(terms, asked, turned) if score else 0.0
        if score > found.get(item, (0.0, False))[0]:
            found[item] = (score, whole)
    _add_bags(found, asked, weights)
    _add_contrasts(found, asked, text, weights, hits)
    return found


def _fit(
    terms: tuple[str, ...], item: int, numbers: set[int], asked: Sequence[Unit], weights: Sequence[float]
) -> Score:
    known = index()
    said = {term for number in numbers for term in asked[number].terms}
    whole = sum(known.weight(term) for term in terms)
    of_phrase = sum(known.weight(term) for term in terms if term in said) / whole
    if of_phrase < MIN_PHRASE:
        return 0.0, False
    from_body = FROM_CARDS if known.kinds[item] == "concept" else FROM_BODY
    covered = 0.0
    for number, weight in enumerate(weights):
        if number in numbers:
            covered += weight
        elif is_in(known.bodies[item], asked[number]):
            covered += from_body * weight
    of_question = covered / sum(weights)
    of_words = of_phrase**STRICT
    # The harmonic mean, as in F1: high only where both shares are.
    score = 2 * of_words * of_question / (of_words + of_question)
    # One term fits many questions by chance.
    if len(terms) == 1 and of_question < MIN_COVERED:
        score *= SINGLE
    return score, of_phrase > WHOLE and of_question > WHOLE


def preference(item: int, terms: tuple[str, ...], asked: Sequence[Unit], text: str) -> float:
    """Decide between equals: a name marked as one means the entry, "a list" the concept, "how" the recipe."""
    kind = index().kinds[item]
    if terms[0].startswith(NAME) and any(unit.marked and terms[0] in unit.terms for unit in asked):
        return 0.5 * PREFERRED if kind == "concept" else PREFERRED
    if kind == "recipe":
        return PREFERRED if HOW_TO.search(text) else 0.0
    own = terms in index().own[item]
    if kind == "concept":
        return PREFERRED * (1.5 if THING.search(text) else 0.75) if own else -PREFERRED / 4
    return PREFERRED * (0.6 if own else 0.5) if kind == "idea" else 0.0


def _in_order(terms: tuple[str, ...], asked: Sequence[Unit], turned: float) -> float:
    """Prefer the phrase in the order of the question: a list to a number is not a number to a list."""
    places = [n for term in terms for n, unit in enumerate(asked) if term in unit.terms]
    if len(places) < MIN_ORDERED:
        return 0.0
    return IN_ORDER if places == sorted(places) else -turned


def _add_bags(found: dict[int, Score], asked: Sequence[Unit], weights: Sequence[float]) -> None:
    """Score by all words of an entry, for questions that use none of the phrases."""
    known = index()
    total = sum(weights)
    in_bags, in_bodies = _holders()
    covered: dict[int, float] = defaultdict(float)
    for unit, weight in zip(asked, weights, strict=True):
        bags = {item for term in unit.terms for item in in_bags.get(term, ())}
        for item in bags:
            covered[item] += (FROM_BAG if known.kinds[item] == "concept" else FROM_ASKS) * weight
        for item in {item for term in unit.terms for item in in_bodies.get(term, ())} - bags:
            covered[item] += FROM_CARDS * weight
    for item, share in covered.items():
        score = share / total + SHORT / (1 + len(known.bags[item]))
        if score > found.get(item, (0.0, False))[0]:
            found[item] = (score, False)


@cache
def _holders() -> tuple[Mapping[str, tuple[int, ...]], Mapping[str, tuple[int, ...]]]:
    """Give for each term the entries that hold it: among what they are asked with, and in their texts."""
    return _inverted(index().bags), _inverted(index().bodies)


def _inverted(bags: Sequence[frozenset[str]]) -> Mapping[str, tuple[int, ...]]:
    held: dict[str, list[int]] = defaultdict(list)
    for item, bag in enumerate(bags):
        for term in bag:
            held[term].append(item)
    return {term: tuple(items) for term, items in held.items()}


def _add_contrasts(
    found: dict[int, Score],
    asked: Sequence[Unit],
    text: str,
    weights: Sequence[float],
    hits: Sequence[Hit],
) -> None:
    """Score the contrasts both sides of which are named in full."""
    known = index()
    named: dict[str, set[int]] = defaultdict(set)
    for item, terms, numbers in hits:
        said = {term for number in numbers for term in asked[number].terms}
        if said.issuperset(terms):
            named[known.ids[item]] |= numbers
    compares = bool(COMPARES.search(text))
    for number, unit in enumerate(asked):
        for term in unit.terms:
            named[term].add(number)
    for name, sides in known.contrasts.items():
        places = [set().union(*(named.get(one, set()) for one in side)) for side in sides]
        if all(places) and len(set().union(*places)) > 1:
            both = set().union(*places)
            share = sum(weights[n] for n in both) / sum(weights)
            # "lists and tuples" compares two things only if it names nothing else.
            linked = compares or (share > WHOLE and LINKED.search(text))
            score = share + 2 * PREFERRED if linked else 0.0
            item = known.ids.index(name)
            if score > found.get(item, (0.0, False))[0]:
                found[item] = (score, share > WHOLE)


def is_in(words: frozenset[str], unit: Unit) -> bool:
    """Whether words name a thing of a question, in any of its ways."""
    return any(term in words for term in unit.terms)
