"""The AI port: the one door to a model, with the grounded tutor behind it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, Self
from uuid import UUID

from events.models import Level, Part
from functions.answers.answer import Answer, markdown
from functions.guardrails import replies
from functions.model import prompts
from functions.model.errors import ModelBusy, ModelFailed, ModelRefused, ReplyCut
from functions.model.openai_model import MIN_S, Model, open_model
from functions.model.prompts import Prompt
from functions.model.received import ChunkListener
from functions.model.redaction import without_names
from functions.model.reply import FAILED_BEFORE, NO_PART, NO_TIME, NOT_BOOKED, QUOTA, Reply, nothing
from functions.model.settings import TutorSettings
from functions.model.structured_output import check_schema
from functions.model.usage import Call, Ledger, Outcome
from functions.model.wire import Completion
from functions.runtime.database import Pool
from functions.runtime.errors import DatabaseDown

log = logging.getLogger(__name__)
Guard = Callable[[str], None]
# Who waits longer than that is not waiting any more: an event that is replayed has all the time.
LATE_S = 60.0
BY_RULE = "rules alone decide it"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """For which event, and on whose account, the port is used; neither goes to the model.

    All that is done for an answer counts from `asked_at` on.
    """

    event_id: str
    student_id: UUID
    asked_at: datetime | None = None


class Tutor:
    """Words answers with the configured model; without one, or when it fails, others answer instead."""

    def __init__(self, model: Model | None, ledger: Ledger, limit_s: float = 4.0) -> None:
        self._model = model
        self._ledger = ledger
        self._limit_s = limit_s

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Open the port as the settings say."""
        settings = TutorSettings.read(environ)
        async with open_model(settings) as model:
            yield cls(model, Ledger(pool, settings), settings.limit_s)

    @property
    def paid(self) -> bool:
        """Whether a model is configured, which costs money."""
        return self._model is not None

    @property
    def model(self) -> str | None:
        """The name of the model; None when none is configured."""
        return self._model.name if self._model else None

    def by_rule(self, parts: tuple[Part, ...], why: str = BY_RULE) -> Answer:
        """Give an answer that no model is asked for; where one is configured, it says so."""
        return Answer(parts, degraded=self.paid, why=NO_PART.format(why=why) if self.paid else None)

    def left_s(self, asker: RequestContext) -> float:
        """Say how many seconds of the common time limit are left."""
        if asker.asked_at is None:
            return self._limit_s
        waited = (datetime.now(UTC) - asker.asked_at).total_seconds()
        return self._limit_s - waited if 0 < waited < LATE_S else self._limit_s

    async def summarise(
        self, notes: tuple[Part, ...], *, code: str, level: Level, asker: RequestContext
    ) -> Answer:
        """Word the summary of a review, its second part; its findings and its number stay what they are."""
        grounded = markdown(notes)

        def guard(reply: str) -> None:
            replies.check_prose(reply, least=8, most=140, about=replies.subject_words(grounded))
            replies.check_no_code(reply)
            replies.check_numbers(reply, allowed=grounded)

        reply = await self.complete(prompts.summary(notes=grounded, code=code, level=level), guard, asker)
        if reply.text is None or self._model is None:
            return Answer((*notes, *reply.notice), why=reply.why)
        return Answer(tuple(reworded(notes, reply.text, "text", 1)), model=self._model.name, degraded=False)

    async def ask(self, prompt: Prompt, guard: Guard, asker: RequestContext) -> str | None:
        """Give the model's reply to a prompt; None when there is none that passes the guard.

        With a schema it is the JSON text of a value that follows the schema.
        """
        return (await self.complete(prompt, guard, asker)).text

    async def complete(
        self, prompt: Prompt, guard: Guard, asker: RequestContext, hear: ChunkListener | None = None
    ) -> Reply:
        """Give the model's reply to a prompt, and say why there is none.

        `hear` is given an empty piece when the call begins, and then the reply piece by piece, before the
        guard has seen it: it may raise GuardFailed.
        """
        # One limit for all: booking, waiting for a place, and the call itself.
        until = time.monotonic() + min(self.left_s(asker), prompt.limit_s or self._limit_s)
        if self._model is None:
            return Reply()
        if not self._model.ready:
            return nothing(ModelBusy.why)
        if until - time.monotonic() < MIN_S:
            return nothing(NO_TIME)
        call = Call(asker.event_id, prompt.purpose, asker.student_id, prompt.version)
        try:
            async with self._model.place(until - time.monotonic() - MIN_S):
                return await self._reserved(self._model, prompt, guard, call, hear, until)
        except (ModelBusy, DatabaseDown) as error:
            log.info("the model is not asked: %s", error)
            return nothing(error.why if isinstance(error, ModelBusy) else NOT_BOOKED)

    async def _reserved(
        self, model: Model, prompt: Prompt, guard: Guard, call: Call, hear: ChunkListener | None, until: float
    ) -> Reply:
        try:
            async with asyncio.timeout(until - time.monotonic()):
                reserved = await self._ledger.reserve(call)
        except TimeoutError:
            raise ModelBusy("the call could not be booked in time") from None
        if reserved.used_up is not None:
            log.info("the calls of the %s are used up for today", reserved.used_up)
            return nothing(QUOTA[reserved.used_up], used_up=reserved.used_up)
        # This event was here before: its reply is given again and not paid again.
        if reserved.outcome != "started":
            return nothing(FAILED_BEFORE) if reserved.reply is None else Reply(reserved.reply)
        if hear is not None:
            await hear("")
        # The last thing before it goes out: whatever an agent put into the prompt.
        private = replace(prompt, user=without_names(prompt.user, reserved.names))
        return await self._call(model, private, guard, call, hear, until - time.monotonic())

    async def _call(
        self,
        model: Model,
        prompt: Prompt,
        guard: Guard,
        call: Call,
        hear: ChunkListener | None,
        within_s: float,
    ) -> Reply:
        began = time.monotonic()
        completion: Completion | None = None
        outcome: Outcome = "failed"
        failed: ModelFailed | None = None
        try:
            completion = await model.complete(prompt, within_s, _silent_on(prompt.instructions, hear))
            if prompt.schema is not None:
                completion = replace(completion, reply=check_schema(completion.reply, prompt.schema))
            else:  # a structured reply has the names of its schema in common with what asked for it
                replies.check_echo(completion.reply, prompt.instructions)
            guard(completion.reply)
            outcome = "used"
        except ModelFailed as error:
            failed = error
            outcome = _outcome(error)
            completion = completion or _paid(error)
            log.warning("the model did not answer: %s", error, extra={"code": error.code})
        duration_ms = round((time.monotonic() - began) * 1000)
        await self._settle(call, outcome, completion, duration_ms)
        if failed is not None:
            return nothing(failed.why, late=_is_late(failed))
        return Reply(None if completion is None else completion.reply)

    async def _settle(self, call: Call, outcome: Outcome, completion: Completion | None, ms: int) -> None:
        """Book what came of a call; the words of the model are there, also when the book can't be reached."""
        try:
            # Shielded: a call that was made is booked, also when its time is up meanwhile.
            await asyncio.shield(self._ledger.settle(call, outcome, completion, ms))
        except DatabaseDown as error:
            log.warning("a call stays open in the book: %s", error)


def reworded(grounded: Iterable[Part], reply: str, kind: Literal["text", "hint"], at: int) -> Iterator[Part]:
    """Put a model's words in the place of one part; everything else stays."""
    seen = -1
    for part in grounded:
        seen += part.kind == kind
        replaced = part.kind == kind and seen == at
        yield Part(kind=kind, text=reply) if replaced else part


def _silent_on(instructions: str, hear: ChunkListener | None) -> ChunkListener | None:
    """Pass pieces on as long as they do not recite the instructions."""
    if hear is None:
        return None
    said: list[str] = []

    async def listen(piece: str) -> None:
        said.append(piece)
        replies.check_echo("".join(said), instructions)
        await hear(piece)

    return listen


def _outcome(error: ModelFailed) -> Outcome:
    if isinstance(error, ModelRefused):
        return "refused"
    return "guarded" if error.answered and not isinstance(error, ReplyCut) else "failed"


def _paid(error: ModelFailed) -> Completion | None:
    """Give what a reply took that was cut off."""
    return Completion("", error.input_tokens, error.output_tokens) if isinstance(error, ReplyCut) else None


def _is_late(error: ModelFailed) -> bool:
    """Whether what came of the reply until then may be good."""
    return isinstance(error, ReplyCut) or not (error.answered or isinstance(error, ModelBusy))
