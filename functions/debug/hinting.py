"""A hint in the model's words, which never tells more than the catalogue's hint does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from events.models import HintLevel, Level, Part
from functions.answers.answer import Answer, markdown
from functions.diagnosis.catalogue import Fault
from functions.guardrails import replies
from functions.knowledge.languages import language_of
from functions.model import prompts
from functions.model.port import RequestContext, Tutor, reworded
from functions.model.prompts import Prompt

# Lines as short as `else:` or `x = 0` tell nothing.
MIN_TOLD = 8
MAX_WORDING = 100


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


def wording_of(fault: Fault, tier: HintLevel, model: str | None) -> str:
    """Name the wording of a hint: a key made of the catalogue's text, or the model that wrote it."""
    if model is not None:
        return model[:MAX_WORDING]
    text = {"nudge": fault.nudge, "where": fault.where, "how": fault.how, "worked": fault.worked}
    return hashlib.sha256(text.get(tier, fault.how).encode()).hexdigest()[:8]


async def worded(request: HintRequest, tutor: Tutor, asker: RequestContext) -> Answer:
    """Reword a hint for a student; nothing of it is shown before all of it was checked."""
    if request.tier == "solution":
        return tutor.by_rule(request.grounded)
    request = replace(request, grounded=tuple(_told(request)))
    advice = markdown(request.grounded)

    def guard(reply: str) -> None:
        about = replies.subject_words(advice)
        replies.check_prose(reply, least=8, most=200, about=about, language=language_of(request.said))
        replies.check_no_code(reply)
        replies.check_hint(reply, solutions=request.solutions, known=request.code or "")

    reply = await tutor.complete(prompt(request, advice), guard, asker)
    if reply.text is None or tutor.model is None:
        return Answer((*request.grounded, *reply.notice), why=reply.why)
    parts = reworded(request.grounded, reply.text, "hint", 0)
    return Answer(tuple(parts), model=tutor.model, degraded=False)


def _told(request: HintRequest) -> Iterator[Part]:
    """Leave out an example that happens to hold a line of the solution."""
    had = _lines(request.code or "")
    secret = {line for solution in request.solutions for line in _lines(solution) if len(line) >= MIN_TOLD}
    for part in request.grounded:
        if part.kind != "code" or not _lines(part.text) & (secret - had):
            yield part


def _lines(code: str) -> set[str]:
    return {line.strip() for line in code.splitlines()}


def prompt(request: HintRequest, advice: str) -> Prompt:
    """Ask for a hint at one step of the ladder, on the ground of the catalogue's hint."""
    user = prompts.joined(
        prompts.data("notes", advice),
        prompts.student("text", request.said),
        prompts.student("code", request.code),
        prompts.student("error", request.error),
    )
    language = language_of(request.said)
    return prompts.prompt_file("debug", "hint").prompt(
        f"hint-{request.tier}",
        user=user,
        reader=prompts.readers()[request.level],
        tier=request.tier,
        language=language.name if language else prompts.ENGLISH,
    )
