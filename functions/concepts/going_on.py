"""Going on from an answer about a concept: simpler, deeper, another example, step by step, why, what if.

For each way there is an order of things to say; the first that holds something new is said. When all was
said, the answer says so and asks which line is unclear. Examples are run in a cell where one is at hand.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace

from events.models import FollowUp, Level, Part
from functions.answers import answer
from functions.concepts.everyday import everyday
from functions.concepts.passages import Passage, joined, passages, reasons, warnings, words_of
from functions.concepts.tellings import (
    Article,
    article_of,
    brief,
    card_of,
    drawn,
    first_sentence,
    likened,
    shown,
    steps,
    told,
)
from functions.conversation.state import fingerprint
from functions.diagnosis.runner import Runner
from functions.knowledge.explanations import explained, inline
from functions.knowledge.library import DEPTHS, Concept, Depth, Entry, depth_of, library
from functions.knowledge.matching import find_concepts
from functions.knowledge.planning import Plan, Question, plan
from functions.knowledge.search import SURE

MAX_RELATED = 4
# The share of a question that a sentence of the concept has, to be said before what is on another concept.
MIN_CLOSE = 0.75
AT_THE_END = (
    "I have told you about {it} in all the ways I know, and saying the same again would not help. Let's "
    "find the place "
    "that is unclear. Here is the example once more.",
    "Let's try it by doing, then. Run this example, change **one** thing in it, and guess what happens "
    "before you run it again. "
    "What surprises you is the place that is unclear.",
    "Perhaps what is missing comes from somewhere else: have a look at {next} first, or show your teacher "
    "the place where "
    "you got lost. The example is here to point at.",
)
ASK_FOR_A_LINE = '**Which line is unclear?** Ask for it by its number, as in "what does line 2 do?"'
TO_BE_CHECKED = (
    "I can check that. Write your answer to the question above, or paste your program: then I run it and "
    "tell you."
)
CHOOSES = re.compile(
    r"\bwhich\b(?!.*\b(?:fast|slow|quick|big|small|old|new|long|short|common|popular)\w*)"
    r"|\b(?:better|best|choose|prefer|should i|when)\b",
    re.IGNORECASE,
)
WITHOUT_IT = r"\bwithout (?:an? |the )?(?:it|them|one|that|this|those|{it})\b"
ASKS_WHY = re.compile(r"\bwhy\b|\bhow come\b", re.IGNORECASE)
NO_MORE = (
    "That is all I have on {it}. From here it goes on with {next}: ask me about one of them, or ask for an "
    "exercise."
)
NO_ENTRY = (
    "I have nothing on exactly that. What I do know about {it}: how it works, what often goes wrong, and "
    "some examples. "
    "Ask it in other words, or try it out and send me the program: then I can run it and show you what "
    "happens."
)


@dataclass(frozen=True, slots=True)
class Way:
    """How to go on: from which concept (and entry of it), at which level, with what was said before.

    `last` is what was said just before, `example` the program that was shown last.
    """

    kind: FollowUp
    text: str
    concept: Concept
    level: Level
    given: frozenset[str]
    entry: Entry | None = None
    last: frozenset[str] = frozenset()
    example: str | None = None
    compared: tuple[str, ...] = ()

    @property
    def depth(self) -> Depth:
        """The card that the level reads."""
        return depth_of(self.level)

    @property
    def articles(self) -> list[Article]:
        """Give the entry that is talked of, and the cards up to the level, the level's own first."""
        at = 0 if self.kind == "simpler" and self.level == "beginner" else DEPTHS.index(self.depth)
        cards = [card_of(self.concept, depth) for depth in reversed(DEPTHS[: at + 1])]
        return [article_of(self.entry), *cards] if self.entry is not None else cards

    @property
    def name(self) -> str:
        """Name what is talked of, as it stands in a sentence."""
        return inline(self.entry or self.concept)


async def go_on(way: Way, runner: Runner) -> tuple[Part, ...]:
    """Give the first answer of the wished kind that holds something new."""
    async for parts in _candidates(way, runner):
        if parts and _is_new(parts, way.given):
            return parts
    return _at_the_end(way)


def _at_the_end(way: Way) -> tuple[Part, ...]:
    """Say that there is no other wording, in words that were not said just before."""
    following = " or ".join(inline(library().concepts[one]) for one in way.concept.next)
    texts = [text.format(it=way.name, next=following) for text in AT_THE_END]
    said = next((text for text in texts if fingerprint(text) not in way.given), None)
    said = said or next(text for text in texts if fingerprint(text) not in way.last)
    example = next(one.example for one in way.articles if one.example.strip())
    return (answer.text(said), answer.code(example), answer.text(ASK_FOR_A_LINE))


def _is_new(parts: Sequence[Part], given: frozenset[str]) -> bool:
    """Whether the first thing that is said was not said before."""
    first = next((part for part in parts if part.kind in ("text", "code")), None)
    return first is not None and fingerprint(first.text) not in given


Made = AsyncIterator[tuple[Part, ...]]


async def _candidates(way: Way, runner: Runner) -> Made:
    """Give what can be said, in order: first of the wished kind, then whatever else is no harder."""
    made = {
        "another_example": _examples,
        "why": _why,
        "what_if": _on_the_question,
        "about": _on_the_question,
        "is_it_right": _to_be_checked,
        "more_detail": _deeper,
        "shorter": _briefly,
    }
    if (first := made.get(way.kind)) is not None:
        for parts in first(way):
            yield parts
    if way.kind == "picture":
        for article in (*way.articles, *map(article_of, _related(way)[:MAX_RELATED])):
            yield await drawn(article, runner)
    if way.kind in ("simpler", "rephrase") and way.entry is None and "example" not in way.text.lower():
        yield likened(way.concept)
    if way.kind in ("step_by_step", "rephrase", "simpler") and way.example:
        yield await steps(
            Article(way.entry.title if way.entry else way.concept.title, "", way.example), runner
        )
    async for parts in _otherwise(way, runner):
        yield parts


async def _otherwise(way: Way, runner: Runner) -> Made:
    """Tell it in other ways, none of them harder than the level."""
    for article in way.articles:
        yield await steps(article, runner)
        yield told(article)
    yield likened(way.concept)
    yield await drawn(way.articles[0], runner)
    for entry in _related(way)[:MAX_RELATED]:
        yield await steps(article_of(entry), runner)
    yield brief(way.articles[-1])


def _briefly(way: Way) -> Iterator[tuple[Part, ...]]:
    for article in way.articles:
        yield brief(article)


def _deeper(way: Way) -> Iterator[tuple[Part, ...]]:
    """Go deeper: more of the entry, the cards that were not shown, more examples, then what comes next."""
    if way.entry is not None and way.entry.deeper:
        yield (answer.text(f"**More on {way.name}**\n\n{way.entry.deeper}"),)
    for depth in DEPTHS[DEPTHS.index(way.depth) :]:
        yield told(card_of(way.concept, depth))
    yield from _examples(way)
    following = " and ".join(inline(library().concepts[name]) for name in way.concept.next)
    yield (answer.text(NO_MORE.format(it=way.name, next=following)),)


def _to_be_checked(way: Way) -> Iterator[tuple[Part, ...]]:
    yield (answer.text(TO_BE_CHECKED),)


def _examples(way: Way) -> Iterator[tuple[Part, ...]]:
    """Give the examples that are new: the level's own, then those of entries near by, then deeper ones."""
    title = way.entry.title if way.entry is not None else way.concept.title
    found = [(first_sentence(one.text), one) for one in way.articles]
    found += [(one.text, article_of(one)) for one in _related(way)]
    found += [(first_sentence(one.text), one) for one in (card_of(way.concept, depth) for depth in DEPTHS)]
    for text, article in found:
        if article.example.strip() and fingerprint(article.example.strip("\n")) not in way.given:
            yield (answer.text(f"**{title}: another example**\n\n{text}"), *shown(article))


def _related(way: Way) -> list[Entry]:
    """Give the entries near by: those that the entry names, recipes of the concept, contrasts with it."""
    entries = library().entries
    near = [entries[name] for name in (way.entry.near if way.entry else ()) if name in entries]
    of = [one for one in entries.values() if one.concept == way.concept.id and one.kind in ("recipe", "idea")]
    against = [one for one in entries.values() if way.concept.id in one.of]
    return near or of + against


def _why(way: Way) -> Iterator[tuple[Part, ...]]:
    """Say what a concept is good for; or answer why something about it is as it is."""
    head = f"**{way.entry.title if way.entry else way.concept.title}: what for?**"
    if way.entry is not None and (own := reasons(way.entry.id)):
        yield (answer.text(f"{head}\n\n{joined(own)}"), *_fresh_example(way))
    known = everyday().get(way.concept.id)
    if known is not None:
        told_of = f"**{way.concept.title}: what for?**"
        yield (answer.text(f"{told_of}\n\n{known.why}"), *_fresh_example(way))
        yield likened(way.concept)
    if found := reasons(way.concept.id):
        yield (answer.text(f"{head}\n\n{joined(found)}"), *_shown(found[0], way))


def _on_the_question(way: Way) -> Iterator[tuple[Part, ...]]:
    """Answer a question: by an entry, a contrast, sentences that speak of it, or what goes wrong."""
    if len(way.compared) > 1 and (chosen := _to_choose(way)):
        yield chosen
    if re.search(WITHOUT_IT.format(it=re.escape(way.name)), way.text, re.IGNORECASE):
        yield from _why(way)
    question = _question(way)
    planned = plan(question)
    fits = planned.answers and not _is_known(planned, way)
    named = {match.concept for match in find_concepts(way.text)}
    others = bool(named - {way.concept.id})
    entry = way.entry.id if way.entry else None
    if fits and _is_related(planned, way):
        yield explained(question)
    if found := passages(way.text, way.concept.id, entry, least=MIN_CLOSE):
        yield (answer.text(joined(found)), *_shown(found[0], way))
    if fits and others and planned.score >= SURE:
        yield explained(question)
    if found := passages(way.text, way.concept.id, entry):
        yield (answer.text(joined(found)), *_shown(found[0], way))
    if ASKS_WHY.search(way.text):
        yield from _why(way)
    if fits and planned.score >= SURE and way.concept.id not in named:
        yield explained(question)
    if way.kind == "what_if":
        said = warnings(way.text, way.concept)[0]
        yield (answer.text(f"What often goes wrong there: {said}"), *_fresh_example(way))
    yield (answer.text(NO_ENTRY.format(it=way.name)), *_fresh_example(way))


def _question(way: Way) -> Question:
    """Word what is asked for the search: of the entry that is talked of, or else of its concept."""
    question = Question(text=way.text, topic=way.concept.topic, level=way.level, concept=way.concept.id)
    planned = plan(question)
    if way.entry is None or (planned.score >= SURE and not _is_known(planned, way)):
        return question
    wider = replace(question, text=way.text.replace(inline(way.entry), inline(way.concept)))
    return wider if plan(wider).score >= SURE else question


def _is_related(planned: Plan, way: Way) -> bool:
    """Whether what was found is on the concept of the talk, or names it."""
    found = planned.entry
    if found is not None and way.kind == "what_if" and found.kind in ("method", "builtin"):
        return False
    if found is None:
        return way.concept in planned.concepts or way.concept in planned.pair
    on = found.concept == way.concept.id or way.concept.id in found.of
    return on or bool(words_of(found.title) & words_of(way.concept.title))


def _is_known(planned: Plan, way: Way) -> bool:
    """Whether what answers a question is what was told already."""
    if planned.entry is not None:
        return planned.entry is way.entry
    return planned.concepts[:1] == (way.concept,) and way.entry is None


def _to_choose(way: Way) -> tuple[Part, ...]:
    """Say which of two compared concepts to use."""
    both = set(way.compared[:2])
    compared = next((one for one in library().entries.values() if set(one.of) == both), None)
    if compared is None or not CHOOSES.search(way.text):
        return ()
    lines = compared.text.splitlines()
    said = [line for line in lines if re.search(r"\b[Uu]se\b|\bwhen\b|\bif you\b", line)]
    return (answer.text("**Which one?** " + " ".join(said or lines)),)


def _shown(passage: Passage, way: Way) -> tuple[Part, ...]:
    if not passage.example.strip() or fingerprint(passage.example.strip("\n")) in way.given:
        return ()
    return (answer.code(passage.example), answer.output(passage.output))


def _fresh_example(way: Way) -> tuple[Part, ...]:
    return next((parts[1:] for parts in _examples(way)), ())
