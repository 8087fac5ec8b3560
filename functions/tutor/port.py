"""The AI port: the one door to a model, with the grounded tutor behind it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

from events.models import Part
from functions.runtime.database import Pool
from functions.tutor import guards, prompts
from functions.tutor.answer import Answer, markdown, parts_of
from functions.tutor.breaker import Breaker
from functions.tutor.errors import GuardFailed, ModelFailed, ModelRefused, ModelUnavailable
from functions.tutor.explain import Question, explain, plan
from functions.tutor.ledger import Call, Ledger, Outcome
from functions.tutor.library import Level
from functions.tutor.model import Completion, Model, open_model
from functions.tutor.prompts import Prompt
from functions.tutor.settings import TutorSettings

log = logging.getLogger(__name__)
Guard = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """For which event, and on whose account, the port is used; neither goes to the model."""

    event_id: str
    student_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HintRequest:
    """A hint to be reworded: the catalogue's hint, and what it must not give away."""

    tier: str
    grounded: tuple[Part, ...]
    solutions: Sequence[str]
    said: str
    code: str | None
    error: str | None
    level: Level


class Tutor:
    """Words answers with the configured model; without one, or when it fails, with the grounded tutor."""

    def __init__(self, model: Model | None, ledger: Ledger, breaker: Breaker) -> None:
        self._model = model
        self._ledger = ledger
        self._breaker = breaker

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Open the port as the settings say."""
        settings = TutorSettings.read(environ)
        async with open_model(settings) as model:
            yield cls(model, Ledger(pool, settings), Breaker())

    async def explain(self, question: Question, asker: Asker) -> Answer:
        """Explain what a student asks, at their level."""
        grounded = explain(question)
        prompt = prompts.explanation(question, markdown(grounded))

        def guard(reply: str) -> None:
            guards.check_prose(reply, least=15, most=400, about=_subject(question))
            guards.check_code(reply)

        return await self._answer(prompt, guard, Answer(grounded), asker)

    async def hint(self, request: HintRequest, asker: Asker) -> Answer:
        """Reword a hint for a student, never telling more than the hint does."""
        advice = markdown(request.grounded)
        prompt = prompts.hinting(
            tier=request.tier,
            advice=advice,
            code=request.code,
            error=request.error,
            said=request.said,
            level=request.level,
        )

        def guard(reply: str) -> None:
            guards.check_prose(reply, least=8, most=200, about=_words(advice))
            guards.check_no_code(reply)
            guards.check_hint(reply, solutions=request.solutions, known=request.code or "")

        reply = None if request.tier == "solution" else await self.ask(prompt, guard, asker)
        if reply is None or self._model is None:
            return Answer(request.grounded, degraded=request.tier != "solution")
        parts = _reworded(request.grounded, reply, "hint", 0)
        return Answer(tuple(parts), model=self._model.name, degraded=False)

    async def summarise(self, notes: tuple[Part, ...], *, code: str, level: Level, asker: Asker) -> Answer:
        """Word the summary of a review, its second part; its findings and its number stay what they are."""
        grounded = markdown(notes)

        def guard(reply: str) -> None:
            guards.check_prose(reply, least=8, most=140, about=_words(grounded))
            guards.check_no_code(reply)
            guards.check_numbers(reply, allowed=grounded)

        reply = await self.ask(prompts.summary(notes=grounded, code=code, level=level), guard, asker)
        if reply is None or self._model is None:
            return Answer(notes)
        return Answer(tuple(_reworded(notes, reply, "text", 1)), model=self._model.name, degraded=False)

    async def ask(self, prompt: Prompt, guard: Guard, asker: Asker) -> str | None:
        """Give the model's reply to a prompt of one's own; None when there is none that passes the guard."""
        if self._model is None or not self._breaker.closed:
            return None
        call = Call(asker.event_id, prompt.purpose, asker.student_id)
        reserved = await self._ledger.reserve(call)
        if reserved is None:
            log.info("the student's calls of the day are used up")
            return None
        if reserved.outcome != "started":
            return reserved.reply
        return await self._call(self._model, prompt, guard, call)

    async def _answer(self, prompt: Prompt, guard: Guard, grounded: Answer, asker: Asker) -> Answer:
        reply = await self.ask(prompt, guard, asker)
        if reply is None or self._model is None:
            return grounded
        return Answer(parts_of(reply), model=self._model.name, degraded=False)

    async def _call(self, model: Model, prompt: Prompt, guard: Guard, call: Call) -> str | None:
        began = time.monotonic()
        completion: Completion | None = None
        outcome: Outcome = "failed"
        try:
            completion = await model.complete(prompt)
            guard(completion.reply)
            outcome = "used"
        except ModelFailed as error:
            outcome = _outcome(error)
            log.warning("the grounded tutor answers: %s", error, extra={"code": error.code})
        self._breaker.note(outcome != "failed")
        await asyncio.shield(
            self._ledger.settle(call, outcome, completion, round((time.monotonic() - began) * 1000))
        )
        return completion.reply if completion and outcome == "used" else None


def _reworded(grounded: Iterable[Part], reply: str, kind: Literal["text", "hint"], at: int) -> Iterator[Part]:
    """Put a model's words in the place of one part; everything else stays."""
    seen = -1
    for part in grounded:
        seen += part.kind == kind
        replaced = part.kind == kind and seen == at
        yield Part(kind=kind, text=reply) if replaced else part


def _outcome(error: ModelFailed) -> Outcome:
    match error:
        case GuardFailed():
            return "guarded"
        case ModelRefused():
            return "refused"
        case ModelUnavailable() | _:
            return "failed"


def _subject(question: Question) -> set[str]:
    chosen = plan(question)
    titles = [chosen.topic.title, *chosen.topic.aliases]
    for concept in chosen.concepts:
        titles += [concept.title, *concept.aliases, *concept.keywords]
    return _words(" ".join(titles)) | _words(question.text)


def _words(text: str) -> set[str]:
    return {
        word
        for word in guards.WORD.findall(text.lower())
        if len(word) > 3 and word not in guards.FUNCTION_WORDS
    }
