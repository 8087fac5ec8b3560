"""The AI port: the one door to a model, with the grounded tutor behind it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from events.models import Part
from functions.answers.answer import Answer
from functions.guardrails import replies
from functions.model.errors import ModelBusy, ModelFailed, ModelRefused, ReplyCut, SolutionLeaked
from functions.model.listening import Listener, silent_on
from functions.model.openai_model import MIN_S, Model, open_model
from functions.model.prompts import Prompt
from functions.model.redaction import Redaction, redaction_of
from functions.model.reply import (
    BY_RULES_ALONE,
    FAILED_BEFORE,
    NO_PART,
    NO_TIME,
    NOT_BOOKED,
    QUOTA,
    Reply,
    nothing,
)
from functions.model.settings import FIRST_WORD_S, LIMIT_S, MAX_LIMIT_S, TutorSettings
from functions.model.structured_output import check_schema
from functions.model.usage import Call, Ledger, Outcome
from functions.model.wire import Completion
from functions.runtime.database import Pool
from functions.runtime.errors import DatabaseDown

log = logging.getLogger(__name__)
Guard = Callable[[str], None]
# Who waits longer than that is not waiting any more: an event that is replayed has all the time.
LATE_S = 60.0
OF_THE_BANK = "the exercise is from the bank, whose exercises are all proven"
# Seconds: what an event may take beside the model, such as a run in the sandbox.
BESIDE_S = 8.0


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

    def __init__(
        self,
        model: Model | None,
        ledger: Ledger,
        limit_s: float = LIMIT_S,
        first_word_s: float = FIRST_WORD_S,
    ) -> None:
        self._model = model
        self._ledger = ledger
        self._limit_s = min(limit_s, MAX_LIMIT_S)
        self._first_word_s = min(first_word_s, self._limit_s)

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Open the port as the settings say."""
        settings = TutorSettings.read(environ)
        async with open_model(settings) as model:
            yield cls(model, Ledger(pool, settings), settings.limit_s, settings.first_word_s)

    @property
    def paid(self) -> bool:
        """Whether a model is configured, which costs money."""
        return self._model is not None

    @property
    def model(self) -> str | None:
        """The name of the model; None when none is configured."""
        return self._model.name if self._model else None

    @property
    def needs_s(self) -> float:
        """How many seconds an event may take that the model has a part in."""
        return self._limit_s + BESIDE_S if self._model is not None else 0.0

    def by_rule(self, parts: tuple[Part, ...], why: str = BY_RULES_ALONE) -> Answer:
        """Give an answer that no model is asked for; where one is configured, it says so."""
        return Answer(parts, degraded=self.paid, why=NO_PART.format(why=why) if self.paid else None)

    def of_exercise(self, *, invented: bool = False, parts: tuple[Part, ...] = ()) -> Answer:
        """Say who made an exercise: a model, or the bank, whose exercises need none."""
        if invented:
            return Answer(parts, model="model", degraded=False)
        why = NO_PART.format(why=OF_THE_BANK) if self.paid else None
        return Answer(parts, degraded=self.paid, why=why)

    def left_s(self, asker: RequestContext) -> float:
        """Say how many seconds of the common time limit are left."""
        if asker.asked_at is None:
            return self._limit_s
        waited = (datetime.now(UTC) - asker.asked_at).total_seconds()
        return self._limit_s - waited if 0 < waited < LATE_S else self._limit_s

    async def ask(self, prompt: Prompt, guard: Guard, asker: RequestContext) -> str | None:
        """Give the model's reply to a prompt; None when there is none that passes the guard.

        With a schema it is the JSON text of a value that follows the schema.
        """
        return (await self.complete(prompt, guard, asker)).text

    async def complete(
        self,
        prompt: Prompt,
        guard: Guard | None,
        asker: RequestContext,
        listener: Listener | None = None,
        within_s: float | None = None,
    ) -> Reply:
        """Give the model's reply to a prompt, and say why there is none.

        `listener` hears the reply as it comes, before `guard` has seen it: it may raise GuardFailed.
        """
        # One limit for all: booking, waiting for a place, and the call itself. Nobody reads along without a
        # listener: then the whole reply has the time that its first word would have.
        usual = self._limit_s if listener is not None else self._first_word_s
        most = [self.left_s(asker), prompt.limit_s or usual, *([] if within_s is None else [within_s])]
        until = time.monotonic() + min(most)
        if self._model is None:
            return Reply()
        if not self._model.ready:
            return nothing(ModelBusy.why)
        if until - time.monotonic() < MIN_S:
            return nothing(NO_TIME)
        call = Call(asker.event_id, prompt.purpose, asker.student_id, prompt.version)
        try:
            async with self._model.place(until - time.monotonic() - MIN_S):
                return await self._reserved(self._model, prompt, guard, call, listener, until)
        except (ModelBusy, DatabaseDown) as error:
            log.info("the model is not asked: %s", error)
            return nothing(error.why if isinstance(error, ModelBusy) else NOT_BOOKED)

    async def _reserved(
        self,
        model: Model,
        prompt: Prompt,
        guard: Guard | None,
        call: Call,
        listener: Listener | None,
        until: float,
    ) -> Reply:
        try:
            async with asyncio.timeout(until - time.monotonic()):
                reserved = await self._ledger.reserve(call)
        except TimeoutError:
            raise ModelBusy("the call could not be booked in time") from None
        if reserved.used_up is not None:
            log.info("the model is not asked: %s", QUOTA[reserved.used_up])
            return nothing(QUOTA[reserved.used_up], used_up=reserved.used_up)
        names = redaction_of(reserved.names, reserved.mails)
        if listener is not None:
            listener.restore = names.restored
        # This event was here before: its reply is given again and not paid again.
        if reserved.outcome != "started":
            return await _again(reserved.reply, names, listener)
        # The last thing before it goes out: whatever an agent put into the prompt.
        private = replace(prompt, user=names.hidden(prompt.user))
        return await self._call(model, private, guard, call, listener, names, until - time.monotonic())

    async def _call(
        self,
        model: Model,
        prompt: Prompt,
        guard: Guard | None,
        call: Call,
        listener: Listener | None,
        names: Redaction,
        within_s: float,
    ) -> Reply:
        began = time.monotonic()
        completion: Completion | None = None
        outcome: Outcome = "failed"
        failed: ModelFailed | None = None
        try:
            completion = await model.complete(prompt, within_s, silent_on(prompt.instructions, listener))
            completion = replace(completion, reply=await _checked(completion.reply, prompt, guard, listener))
            outcome = "used"
        except ModelFailed as error:
            failed = error
            outcome = _outcome(error)
            completion = completion or _paid(error)
            log.warning("the model did not answer: %s", error, extra={"code": error.code})
        duration_ms = round((time.monotonic() - began) * 1000)
        await self._settle(call, outcome, completion, duration_ms)
        if failed is not None:
            return nothing(failed.why, late=_is_late(failed), broke=_broken_rule(failed))
        return Reply(None if completion is None else names.restored(completion.reply))

    async def _settle(self, call: Call, outcome: Outcome, completion: Completion | None, ms: int) -> None:
        """Book what came of a call; the words of the model are there, also when the book can't be reached."""
        try:
            # Shielded: a call that was made is booked, also when its time is up meanwhile.
            await asyncio.shield(self._ledger.settle(call, outcome, completion, ms))
        except DatabaseDown as error:
            log.warning("a call stays open in the book: %s", error)


async def _checked(reply: str, prompt: Prompt, guard: Guard | None, listener: Listener | None) -> str:
    """Check a whole reply; raises GuardFailed."""
    # A structured one has names in common with what asked for it.
    if prompt.schema is not None:
        reply = check_schema(reply, prompt.schema)
    else:
        replies.check_echo(reply, prompt.instructions)
    if guard is not None:
        guard(reply)
    if listener is not None:
        await listener.finish(reply)
    return reply


async def _again(reply: str | None, names: Redaction, listener: Listener | None) -> Reply:
    """Give a reply that was paid for before."""
    if reply is None:
        return nothing(FAILED_BEFORE)
    try:
        if listener is not None:
            await listener.hear(reply)
            await listener.finish(reply)
    except ModelFailed as error:
        return nothing(error.why, late=_is_late(error), broke=_broken_rule(error))
    return Reply(names.restored(reply))


def _broken_rule(error: ModelFailed) -> str | None:
    """Name the rule that a reply broke, where it may be asked for once more."""
    return str(error) if isinstance(error, SolutionLeaked) else None


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
