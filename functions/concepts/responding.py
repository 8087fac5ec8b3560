"""From a request to its answer: a program, the answer to a check, a talk that goes on, or a concept."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from events.models import ActivityDetail, ActivityRecorded, CheckQuestion, ConceptRequested, Level, Part
from functions.answers import answer
from functions.answers.answer import Answer, markdown
from functions.answers.response import Extras
from functions.concepts.answer_stream import AnswerStreams
from functions.concepts.check_answers import hear
from functions.concepts.code_explaining import Asked, ask_for_code, explain_code
from functions.concepts.conversation import LEVELS, Context, understood
from functions.concepts.draft import Emit
from functions.concepts.explaining import Explainer
from functions.concepts.going_on import Way, go_on
from functions.concepts.tellings import card_of, told
from functions.conversation.material import gather
from functions.diagnosis.runner import Runner
from functions.knowledge.explanations import Question, explained, in_words_of_cards
from functions.knowledge.judging import checks
from functions.knowledge.languages import Language, language_of, languages
from functions.knowledge.library import Depth, depth_of, library
from functions.knowledge.matching import find_concepts
from functions.model.port import RequestContext, Tutor
from functions.runtime import Work

CHECK = re.compile(r"\*\*Check yourself:\*\* (.+)")
TOLD: dict[Depth, str] = {
    "beginner": '*Told for beginners. Say "more detail" for more.*',
    "learning": '*Told for learners with some practice. Say "simpler" or "more detail" to change that.*',
    "proficient": '*Told for advanced learners. Say "simpler" to change that.*',
}
FROM_A_RUN = "Explained from the program itself and a run of it."
JUDGED_HERE = "Judged by comparing with the known answer."
MAX_TERMS = 8
# Texts of the last answer or two: they are not said again.
LAST = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, what else its event says, and the evidence that it gives."""

    answer: Answer
    extras: Extras = field(default_factory=lambda: Extras(kind="concept"))
    evidence: ActivityRecorded | None = None


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
    means = Means(work.use(Tutor), work.use(Runner), asker, stream.say, work.uuid, work.event.time)
    return await compose(request, means, partial(understood, request, work))


async def compose(
    request: ConceptRequested, means: Means, understand: Callable[[], Awaitable[tuple[Question, Context]]]
) -> Reply:
    """Answer a request; what it is about is read only where it is needed."""
    if request.explain_code:
        return await _program(request, means)
    if request.follow_up == "answer_to_check" and (judged := _judged(request, means)) is not None:
        return judged
    question, context = await understand()
    cards = await _going_on(request, question, means.runner)
    return await _explained(request, question, context, cards, means)


async def _program(request: ConceptRequested, means: Means) -> Reply:
    extras = Extras(kind="explanation", why=FROM_A_RUN if means.tutor.model is not None else None)
    if request.code is None:
        return Reply(Answer(ask_for_code(request.text)), extras)
    shift = (request.conversation.level_shift or 0) if request.conversation else 0
    level = _shifted(request.level, shift)
    asked = Asked(request.text, request.code, level, request.follow_up, _given(request))
    parts = await explain_code(asked, means.runner)
    return Reply(Answer((*_politely(request), *parts)), extras)


def _judged(request: ConceptRequested, means: Means) -> Reply | None:
    question = request.conversation.open_check if request.conversation else None
    judged = hear(question, request.text, _given(request)) if question else None
    if judged is None:
        return None
    why = JUDGED_HERE if means.tutor.model is not None else None
    extras = Extras(kind="concept", concept=judged.concept.id, check=judged.asked_again, why=why)
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
    return Reply(judged.answer, extras, evidence)


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


async def _explained(
    request: ConceptRequested,
    question: Question,
    context: Context,
    cards: tuple[Part, ...] | None,
    means: Means,
) -> Reply:
    language = _language(request) or language_of(question.text)
    plain = in_words_of_cards(question, language)
    material = gather(request, plain)
    explainer = Explainer(
        question,
        context,
        means.tutor,
        means.runner,
        cards=cards or explained(plain, material.plan),
        language=_language(request),
        polite=request.follow_up == "language",
    )
    said = await explainer.explain(means.asker, means.say)
    concept = question.concept if cards else next((one.id for one in material.plan.concepts), None)
    extras = Extras(kind="concept", concept=concept, check=check_in(said.parts))
    parts = (*said.parts, *_level_of(said.parts, concept))
    return Reply(replace(said, parts=parts), extras)


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
