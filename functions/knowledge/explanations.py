"""The grounded tutor's explanations: the cards and entries that answer a question, put together.

Nothing is worded here that is not in the library, so that every sentence and every output has been read and
run before. Cost: that of the search. It fails on "why" about the student's own case: it tells what the thing
is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from events.models import Part
from functions.answers import answer
from functions.knowledge.languages import Language, for_search, language_of
from functions.knowledge.library import Card, Concept, Depth, Entry, TopicCards, depth_of, library
from functions.knowledge.planning import Plan, Question, plan
from functions.knowledge.search import SURE

__all__ = ["Plan", "Question", "explain", "explained", "in_words_of_cards", "inline", "plan"]

WANTS_EXAMPLE = re.compile(r"\b(?:examples?|show me|demo|sample|snippet)\b", re.IGNORECASE)
WANTS_MISTAKES = re.compile(
    r"\b(?:mistakes?|pitfalls?|go(?:es)? wrong|watch out|avoid|gotchas?)\b", re.IGNORECASE
)


def explain(question: Question) -> tuple[Part, ...]:
    """Answer a question from the cards; in another language politely, and then in English."""
    language = language_of(question.text)
    polite = (answer.text(language.polite),) if language else ()
    return (*polite, *explained(in_words_of_cards(question, language)))


def in_words_of_cards(question: Question, language: Language | None) -> Question:
    """Put the usual words of a question into English, which the cards are written in."""
    return question if language is None else replace(question, text=for_search(question.text, language))


def explained(question: Question, planned: Plan | None = None) -> tuple[Part, ...]:
    """Answer a question in English from the cards, at the depth of the student's level.

    `planned` is what was chosen for the question, where that was done before.
    """
    return tuple(_parts(planned or plan(question), depth_of(question.level), question.text))


def inline(concept: Concept | Entry) -> str:
    """Write a title as it stands in a sentence: abbreviations and names keep their letters."""
    first, _, _ = concept.title.partition(" ")
    named = isinstance(concept, Entry) and concept.kind in ("builtin", "method", "module", "exception")
    # "OOP" and "JSON" keep their capitals, "Lists" does not.
    keep = named or first[1:] != first[1:].lower()
    return concept.title if keep else concept.title[0].lower() + concept.title[1:]


def _parts(chosen: Plan, depth: Depth, asked: str) -> Iterator[Part]:
    if chosen.score < SURE and chosen.answers:
        # Between the two bounds of the search the student is told what was understood, so that a wrong answer
        # is seen to be one (decision 29).
        about = chosen.entry or chosen.concepts[0]
        yield answer.text(f"I take your question to be about **{inline(about)}**.")
    if chosen.pair:
        yield from _side_by_side(chosen.pair, depth)
    elif chosen.entry is not None:
        yield from _article(chosen.entry, depth, asked)
    elif chosen.concepts:
        yield from _told(chosen.concepts[0], depth, asked, chosen.second)
    elif chosen.documented is not None:
        yield from _documentation(chosen)
    elif chosen.missing:
        yield from _nothing(chosen)
    else:
        yield from _overview(chosen.topic)
    if chosen.score < SURE and chosen.answers and chosen.nearest:
        yield answer.onward(f"Did you mean something else? {_listed(chosen.nearest)}")


def _told(concept: Concept, depth: Depth, asked: str, second: Concept | None) -> Iterator[Part]:
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
    titles = [inline(library().concepts[name]) for name in concept.next]
    onward = f"**Next:** ask me about {' or '.join(titles)}, or ask for an exercise."
    yield answer.onward(f"**Check yourself:** {card.check.question}\n\n{onward}")
    if second is not None:
        yield answer.onward(f"**You asked about {inline(second)}, too:** ask me next.")


def _article(entry: Entry, depth: Depth, asked: str) -> Iterator[Part]:
    heading = f"**{entry.title}: an example**" if WANTS_EXAMPLE.search(asked) else f"**{entry.title}**"
    deeper = entry.deeper if entry.deeper and depth != "beginner" else ""
    yield answer.text("\n\n".join(part for part in (heading, entry.text, deeper) if part))
    yield from _shown(entry)
    if entry.mistake:
        yield answer.text(f"**Watch out:** {entry.mistake}")
    check = f"**Check yourself:** {entry.check.question}\n\n" if entry.check else ""
    # A student who is sent nowhere stops: where no entry is near, the concept it belongs to is.
    near = [name for name in entry.near if name != entry.id] or [entry.concept]
    yield answer.onward(
        f"{check}**Next:** ask me about {_listed(near[:2], ' or ')}, or change the example and run it."
    )


def _side_by_side(pair: tuple[Concept | Entry, ...], depth: Depth) -> Iterator[Part]:
    first, second = pair
    yield answer.text(f"**{first.title}** and **{second.title}**")
    for one in pair:
        told = one.cards[depth] if isinstance(one, Concept) else one
        yield answer.text(f"**{one.title}.** {told.text}")
        yield from _shown(told)
    yield answer.onward(
        f"**Next:** change the example and run it, or ask me about {inline(first)} or {inline(second)}."
    )


def _documentation(chosen: Plan) -> Iterator[Part]:
    told = chosen.documented
    if told is None:
        return
    yield answer.text(
        f"**{told.title}**\n\nI have no entry of my own on this. Python's own documentation says:"
    )
    if told.signature:
        yield answer.code(told.signature)
    yield answer.text("\n".join(f"> {line}".rstrip() for line in told.text.splitlines()))
    near = f" Close to it, and in simpler words: {_listed(chosen.nearest)}" if chosen.nearest else ""
    yield answer.onward(f"**Next:** try it in a small program of your own.{near}")


def _nothing(chosen: Plan) -> Iterator[Part]:
    yield answer.text(f"I have no entry on **{chosen.missing}**.")
    if chosen.nearest:
        # Named and not told: a wrong article is worse than a question back.
        names = "\n".join(f"- {library().title(name)}" for name in chosen.nearest)
        yield answer.onward(
            f"The nearest that I have:\n\n{names}\n\nAsk me about one of them, or tell me more."
        )
    else:
        yield answer.onward("Say it in other words, or tell me what your program should do.")


def _overview(topic: TopicCards) -> Iterator[Part]:
    yield answer.text(f"**{topic.title}**\n\n{topic.overview}")
    yield from _shown(topic.concepts[0].cards["beginner"])
    names = "\n".join(f"- {concept.title}" for concept in topic.concepts)
    yield answer.onward(f"**Next:** ask me about one of these:\n\n{names}")


def _shown(card: Card | Entry) -> Iterator[Part]:
    if card.example:
        yield answer.code(card.example)
        if isinstance(card, Entry) and card.typed:
            yield answer.text(f"With `{'`, then `'.join(card.typed.split())}` typed in:")
        yield answer.output(card.output)


def _listed(names: tuple[str, ...] | list[str], link: str = ", ") -> str:
    books = library()
    return link.join(inline(books.concepts.get(name) or books.entries[name]) for name in names)
