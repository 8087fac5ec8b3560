"""From a request to its answer: a program, the answer to a check, a talk that goes on, or a concept."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from events.models import (
    ActivityDetail,
    ActivityRecorded,
    CheckQuestion,
    ConceptRequested,
    Level,
    Part,
)
from functions.answers import answer
from functions.answers.answer import Answer, markdown
from functions.answers.response import Extras
from functions.answers.streaming import AnswerStreams
from functions.concepts.check_answers import hear
from functions.concepts.code_explaining import Asked, ask_for_code, explain_code
from functions.concepts.conversation import LEVELS, Context, understood
from functions.concepts.explaining import Grounds, agrees, grounded, prompt
from functions.concepts.for_later import for_later
from functions.concepts.going_on import Way, go_on
from functions.concepts.tellings import card_of, told
from functions.diagnosis.runner import Runner
from functions.knowledge.explanations import Question, explained, plan
from functions.knowledge.judging import checks
from functions.knowledge.languages import Language, language_of, languages
from functions.knowledge.library import Depth, depth_of, library
from functions.knowledge.matching import find_concepts
from functions.model.port import RequestContext, Tutor
from functions.runtime import Work
from functions.telling.handing import known_concept, may_hand_on
from functions.telling.head import Head
from functions.telling.tell import Telling, Told, tell
from functions.telling.teller import Emit

CHECK = re.compile(r"\*\*Check yourself:\*\* (.+)")
TOLD: dict[Depth, str] = {
    "beginner": '*Told for beginners. Say "more detail" for more.*',
    "learning": '*Told for learners with some practice. Say "simpler" or "more detail" to change that.*',
    "proficient": '*Told for advanced learners. Say "simpler" to change that.*',
}
MAX_TERMS = 8
# Texts of the last answer or two: they are not said again.
LAST = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, what else its event says, and the evidence that it gives; `head` is what a model says of it.

    `grounds` are what the tutor would answer itself.
    """

    answer: Answer
    extras: Extras = field(default_factory=lambda: Extras(kind="concept"))
    evidence: ActivityRecorded | None = None
    head: Head | None = None
    grounds: Grounds = field(default_factory=lambda: Grounds(()))


@dataclass(frozen=True, slots=True)
class Means:
    """What an answer is made with: the model, the cell, and where words go that are shown as they come."""

    tutor: Tutor
    runner: Runner
    asker: RequestContext
    say: Emit
    derive: Callable[[str], UUID]
    at: datetime


async def respond(request: ConceptRequested, work: Work) -> Reply:
    """Answer a request."""
    asker = RequestContext(event_id=work.event.id, student_id=request.student_id, asked_at=work.event.time)
    stream = work.use(AnswerStreams).of(request.student_id, request.message_id, request.conversation_id)
    runner = work.use(Runner).of(request.student_id)
    # What a course changes in an answer is changed in the whole of it: no word is shown before.
    say = _unsaid if request.not_yet or request.class_rules else stream.say
    means = Means(work.use(Tutor), runner, asker, say, work.uuid, work.event.time)
    made = await compose(request, means, partial(understood, request, work))
    later = () if made.answer.by_model else for_later(made.extras.get("concept"), request.not_yet or ())
    return replace(made, answer=replace(made.answer, parts=(*later, *made.answer.parts)))


async def _unsaid(_: str) -> None:
    """Show nothing of an answer while it is made."""


async def compose(
    request: ConceptRequested, means: Means, understand: Callable[[], Awaitable[tuple[Question, Context]]]
) -> Reply:
    """Answer a request: from what is known, or in a model's words on the ground of it."""
    if means.tutor.model is None:
        return await ground(request, means, understand)
    question, context = await understand()

    async def understood_already() -> tuple[Question, Context]:
        return question, context

    made = await ground(request, means, understood_already)
    telling = Telling(
        prompt=prompt(request, question, context, made.grounds, _language(request)),
        grounded=made.answer.parts,
        secrets=context.secrets,
        check_head=partial(agrees, made.grounds),
        mutes=lambda head: may_hand_on(request, head.hand_over, "concepts"),
    )
    worded = await tell(telling, means.tutor, means.runner, means.asker, means.say)
    return _in_its_words(request, made, worded)


def _in_its_words(request: ConceptRequested, made: Reply, worded: Told) -> Reply:
    """Say of an answer what its model says of it: the card that goes with it, and what kind it is."""
    if not worded.worded:
        return replace(made, answer=worded.answer, head=worded.head)
    head, said = worded.head, worded.answer
    concept = known_concept(head.card) if head is not None else None
    named = concept.id if concept is not None else None
    # Without a head, what was asked is known all the same.
    named = made.extras.get("concept") if head is None else named
    kind = made.extras["kind"] if head is None or head.kind is None else head.kind
    if head is not None and head.quiz:
        kind = "quiz"
    extras = Extras(kind=kind, concept=named, check=check_in(said.parts))
    if head is not None and may_hand_on(request, head.hand_over, "concepts"):
        return Reply(said, extras, None, head)
    return Reply(said, extras, made.evidence, head)


async def ground(
    request: ConceptRequested, means: Means, understand: Callable[[], Awaitable[tuple[Question, Context]]]
) -> Reply:
    """Answer without a model; what a request is about is read only where it is needed."""
    if request.explain_code:
        return await _program(request, means)
    if request.follow_up == "answer_to_check" and (judged := _judged(request, means)) is not None:
        return judged
    question, _ = await understand()
    cards = await _going_on(request, question, means.runner)
    return _explained(request, question, cards)


async def _program(request: ConceptRequested, means: Means) -> Reply:
    extras = Extras(kind="explanation")
    if request.code is None:
        asking = ask_for_code(request.text)
        return Reply(Answer(asking), extras, grounds=Grounds(asking, facts=True))
    shift = (request.conversation.level_shift or 0) if request.conversation else 0
    level = _shifted(request.level, shift)
    asked = Asked(request.text, request.code, level, request.follow_up, _given(request))
    parts = await explain_code(asked, means.runner)
    said = (*_politely(request), *parts)
    return Reply(Answer(said), extras, grounds=Grounds(parts, facts=True))


def _judged(request: ConceptRequested, means: Means) -> Reply | None:
    question = request.conversation.open_check if request.conversation else None
    judged = hear(question, request.text, _given(request)) if question else None
    if judged is None:
        return None
    extras = Extras(kind="concept", concept=judged.concept.id, check=judged.asked_again)
    evidence = None
    if judged.passed is not None:
        detail = ActivityDetail(
            message_id=request.message_id,
            intent="check_answered",
            passed=judged.passed,
            concept=judged.concept.id,
        )
        evidence = ActivityRecorded(
            activity_id=means.derive("check"),
            student_id=request.student_id,
            kind="question.asked",
            topic=judged.concept.topic,
            occurred_at=means.at,
            detail=detail,
        )
    grounds = Grounds(judged.answer.parts, facts=True, open_check=question, judged=True, passed=judged.passed)
    return Reply(judged.answer, extras, evidence, grounds=grounds)


async def _going_on(request: ConceptRequested, question: Question, runner: Runner) -> tuple[Part, ...] | None:
    """Give what goes on from the answer before; None when nothing does."""
    concept = library().concepts.get(question.concept or "")
    if request.follow_up is None or concept is None:
        return None
    if request.follow_up == "language":
        return (*_terms(request, question), *told(card_of(concept, depth_of(question.level))))
    example = request.conversation.example if request.conversation else None
    asked = request.conversation.asked if request.conversation else ""
    return await go_on(
        Way(
            kind=request.follow_up,
            text=request.text,
            concept=concept,
            level=question.level,
            given=_given(request),
            entry=library().entries.get((request.conversation.entry if request.conversation else None) or ""),
            last=frozenset((request.conversation.given or ())[-LAST:])
            if request.conversation
            else frozenset(),
            example=example,
            compared=tuple(match.concept for match in find_concepts(asked)),
        ),
        runner,
    )


def _explained(request: ConceptRequested, question: Question, cards: tuple[Part, ...] | None) -> Reply:
    polite = request.follow_up == "language"
    said = grounded(question, cards, _language(request), polite=polite)
    concept = question.concept if cards else next((one.id for one in plan(question).concepts), None)
    extras = Extras(kind="concept", concept=concept, check=check_in(said))
    parts = (*said, *_level_of(said, concept))
    return Reply(Answer(parts), extras, grounds=Grounds(said, facts=cards is not None))


def _level_of(parts: Iterable[Part], concept: str | None) -> tuple[Part, ...]:
    """Say for whom a card is told, and the word that changes it; nothing where no card was told."""
    known = library().concepts.get(concept or "")
    said = markdown(parts)
    depth = next((one for one, card in known.cards.items() if card.text in said), None) if known else None
    return (answer.onward(TOLD[depth]),) if depth is not None else ()


def check_in(parts: Iterable[Part]) -> CheckQuestion | None:
    """Find the check question at the end of an answer."""
    found = CHECK.search(markdown(parts))
    known = checks().get(found.group(1).strip()) if found else None
    if known is None:
        return None
    _, check = known
    return CheckQuestion(question=check.question, kind=check.kind, answer=check.answer or None)


def _given(request: ConceptRequested) -> frozenset[str]:
    return frozenset(request.conversation.given or ()) if request.conversation else frozenset()


def _language(request: ConceptRequested) -> Language | None:
    return languages().get(request.language or "")


def _politely(request: ConceptRequested) -> tuple[Part, ...]:
    language = _language(request)
    asked = request.follow_up == "language" or language_of(request.text) is not None
    return (answer.text(language.polite),) if language is not None and asked else ()


def _terms(request: ConceptRequested, question: Question) -> tuple[Part, ...]:
    """Give the words of an explanation in the language that was asked for."""
    language = _language(request)
    if language is None:
        return ()
    said = markdown(explained(question)).lower()
    rows = {
        english: term
        for term, english in language.terms.items()
        if english.isalpha() and len(english) > 3 and re.search(rf"\b{english}\b", said)
    }
    table = [f"| {english} | {term} |" for english, term in list(rows.items())[:MAX_TERMS]]
    if not table:
        return ()
    return (answer.text("\n".join([f"| English | {language.name} |", "| --- | --- |", *table])),)


def _shifted(level: Level, shift: int) -> Level:
    return LEVELS[max(0, min(len(LEVELS) - 1, LEVELS.index(level) + shift))]
