"""One answer: the model's where it can be had, asked once more where it broke a rule, else our own."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from events.models import Part
from functions.answers import answer
from functions.answers.answer import Answer
from functions.diagnosis.runner import Run, Runner
from functions.model import prompts
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt
from functions.model.reply import Reply
from functions.telling.examples import RunProgram, within
from functions.telling.head import Head
from functions.telling.leaks import LeakGuard, Secrets
from functions.telling.teller import Emit, HeadCheck, Mutes, Restore, Teller

EXAMPLE_S = 1.5
MAX_SHOWN = 3000
STOPPED = "*The AI model stopped here, so I go on from my own notes.*"
HELD_BACK = "*I stop here, so that you can find the rest yourself. This is my hint for now:*"
AGAIN = """

You were asked before, and your reply broke a rule: $rule. Reply once more to the same message, and keep it: \
give away nothing of the solution, neither as code nor step by step in words.$onward"""
ONWARD = """ The student has already read the words in <your_reply>, which stay: go on right after them, \
without a head and without saying them again."""


def _never(_head: Head) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What is to be answered: the prompt, what is answered without a model, and what must not be told.

    `check_head` may refuse what a model says of its answer, `mutes` tells of a head after which nothing is
    for the student, and `mend` sets single words right.
    """

    prompt: Prompt
    grounded: tuple[Part, ...]
    secrets: Secrets
    check_head: HeadCheck | None = None
    mutes: Mutes = _never
    mend: Restore = str


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and what the model said of it; `worded` when the words are the model's own to the end."""

    answer: Answer
    head: Head | None = None
    worded: bool = False


async def tell(
    telling: Telling,
    tutor: Tutor,
    runner: Runner,
    asker: RequestContext,
    emit: Emit,
    within_s: float = float("inf"),
) -> Told:
    """Answer; what was emitted is always the beginning of the answer."""
    if tutor.model is None:
        return Told(Answer(telling.grounded))
    until = time.monotonic() + min(within_s, tutor.left_s(asker))
    teller = Teller(
        LeakGuard(telling.secrets, runner),
        _running(runner, until),
        emit,
        check_head=telling.check_head,
        mutes=telling.mutes,
        mend=telling.mend,
    )
    reply = await tutor.complete(telling.prompt, None, asker, teller, within_s)
    if reply.broke is not None:
        first, teller_parts = reply, teller.parts
        teller.again()
        again = repaired(telling.prompt, first.broke or "", teller.shown)
        reply = await tutor.complete(again, None, asker, teller, until - time.monotonic())
        if reply.text is None and teller.parts == teller_parts:
            reply = replace(first, late=bool(teller_parts))
    return _told(telling, tutor.model, teller, reply)


def repaired(prompt: Prompt, rule: str, shown: str) -> Prompt:
    """Ask once more for a reply that keeps a rule, going on after what was shown."""
    words = AGAIN.replace("$rule", rule).replace("$onward", ONWARD if shown.strip() else "")
    user = prompts.joined(
        prompt.user, prompts.data("your_reply", shown[-MAX_SHOWN:]) if shown.strip() else ""
    )
    return replace(prompt, purpose=f"{prompt.purpose}-again", system=prompt.system + words, user=user)


def _told(telling: Telling, model: str, teller: Teller, reply: Reply) -> Told:
    if reply.text is not None:
        return Told(Answer(teller.parts, model=model, degraded=False), teller.head, worded=True)
    if teller.shown.strip():
        # What was shown stays, and the student is told why it ends here.
        note = HELD_BACK if reply.broke is not None else STOPPED
        parts = (*teller.parts, answer.text(note), *telling.grounded)
        return Told(Answer(parts, model=model, degraded=True, why=reply.why), teller.head)
    return Told(Answer((*telling.grounded, *reply.notice), why=reply.why))


def _running(runner: Runner, until: float) -> RunProgram:
    async def run(program: str) -> Run | None:
        seconds = min(EXAMPLE_S, until - time.monotonic())
        return await within(seconds, runner.run(program, seconds))

    return run
