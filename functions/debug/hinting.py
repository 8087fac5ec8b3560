"""A hint in the model's words, which never gives away more than the rung of the ladder does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from events.models import DebugRequested, HintLevel, Part
from functions.answers.answer import Answer, markdown
from functions.answers.response import Extras
from functions.answers.streaming import AnswerStreams
from functions.debug.case import Case
from functions.debug.solutions import secrets_of
from functions.diagnosis.catalogue import Fault
from functions.diagnosis.causes import Diagnosis
from functions.diagnosis.runner import Runner
from functions.guardrails.exercises_at_hand import worked_on
from functions.knowledge.languages import language_of, languages
from functions.model import prompts
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt, prompt_file
from functions.runtime import Work
from functions.telling.briefing import brief
from functions.telling.earlier import turns_before
from functions.telling.facts import exercise_text, found_entries
from functions.telling.handing import may_hand_on
from functions.telling.leaks import Secrets, secrets_at_hand
from functions.telling.material import ExerciseText, Ladder, Material, ProgramRun, Turn
from functions.telling.tell import Telling, Told, tell

# Lines as short as `else:` or `x = 0` tell nothing.
MIN_TOLD = 8
MAX_WORDING = 100


async def worded(request: DebugRequested, case: Case, work: Work, asker: RequestContext) -> Told:
    """Word the answer to a call for help; without a model it is the catalogue's."""
    tutor, secrets = work.use(Tutor), secrets_for(request, case)
    if case.alone:
        return Told(tutor.by_rule(case.parts))
    case = replace(case, parts=tuple(without_secrets(case.parts, secrets)))
    if tutor.model is None:
        return Told(Answer(case.parts))
    async with work.read() as db:
        about = (request.conversation_id, request.student_id, request.message_id, work.event.time)
        turns = await turns_before(db, *about)
        exercise = await exercise_text(db, request.student_id, secrets.named, case.code)
    asked = prompt(request, case, turns, exercise)
    telling = Telling(
        prompt=asked,
        grounded=case.parts,
        secrets=secrets,
        mutes=lambda head: may_hand_on(request, head.hand_over, "debug"),
    )
    stream = work.use(AnswerStreams).of(request.student_id, request.message_id, request.conversation_id)
    told = await tell(telling, tutor, work.use(Runner).of(request.student_id), asker, stream.say)
    if not told.worded:
        return told
    return replace(told, answer=replace(told.answer, parts=as_hint(told.answer.parts)))


def wording_of(fault: Fault, tier: HintLevel, model: str | None) -> str:
    """Name the wording of a hint: a key made of the catalogue's text, or the model that wrote it."""
    if model is not None:
        return model[:MAX_WORDING]
    text = {"nudge": fault.nudge, "where": fault.where, "how": fault.how, "worked": fault.worked}
    return hashlib.sha256(text.get(tier, fault.how).encode()).hexdigest()[:8]


def wording_told(case: Case, told: Told) -> str:
    """Name the wording of a hint that was told; empty where there was none."""
    if case.diagnosis is None or case.step is None:
        return ""
    return wording_of(case.diagnosis.fault, case.step.tier, told.answer.model)


def hint_extras(case: Case, wording: str) -> Extras:
    """Say of a hint which it is; nothing of an answer that is none."""
    if case.diagnosis is None or case.step is None:
        return Extras()
    return Extras(hint_level=case.step.tier, hint_fault=case.diagnosis.fault.id, hint_wording=wording)


def secrets_for(request: DebugRequested, case: Case) -> Secrets:
    """Say what a hint must not show: lines of the repair, and what the exercises at hand are solved by.

    The last rung shows the change: from then on it is no secret.
    """
    if case.step is not None and case.step.tier == "solution":
        return Secrets(code=case.code or "", named=worked_on(case.code, case.at_hand))
    lines = secrets_of(request, case.diagnosis, case.at_hand) if case.diagnosis is not None else ()
    return secrets_at_hand(case.at_hand, case.code or request.code, request.exercise_id, lines)


def prompt(
    request: DebugRequested, case: Case, turns: Sequence[Turn] = (), exercise: ExerciseText | None = None
) -> Prompt:
    """Ask for a hint at one rung of the ladder, on the ground of what was found."""
    rung = case.step.tier if case.step is not None else "none"
    rungs = prompt_file("debug", "hint").rungs
    material = material_of(request, case, turns, exercise)
    return brief("debug", "hint", f"hint-{rung}", material, rung=rungs[rung])


def material_of(
    request: DebugRequested, case: Case, turns: Sequence[Turn], exercise: ExerciseText | None
) -> Material:
    """Gather what a model is given for a hint."""
    language = languages().get(request.language or "") or language_of(request.text)
    said = markdown(case.parts)
    diagnosis, step = case.diagnosis, case.step
    return Material(
        text=request.text,
        level=request.level,
        language=language.name if language is not None else prompts.ENGLISH,
        code=case.code or request.code,
        error=request.error,
        turns=turns,
        run=_run(case),
        exercise=exercise,
        diagnosis="\n".join(_found(diagnosis)) if diagnosis is not None else "",
        entries=found_entries(request.text, request.level, language)[:1] if diagnosis is None else (),
        ladder=Ladder(step.tier, said, case.given) if step is not None else None,
        also=tuple(request.also or ()),
        notes=said if step is None else "",
    )


def _run(case: Case) -> ProgramRun | None:
    if case.stdout is None:
        return None
    error = case.diagnosis.error if case.diagnosis is not None else None
    ended = "with an error" if error is not None else "without an error"
    return ProgramRun(ended, case.stdout, f"{error.type}: {error.message}" if error is not None else "")


def _found(diagnosis: Diagnosis) -> Iterator[str]:
    """Tell a diagnosis, but for the repair."""
    yield diagnosis.fault.title
    if diagnosis.error is not None:
        yield f"Python's error: {diagnosis.error.type}: {diagnosis.error.message}"
    if diagnosis.line is not None:
        yield f"Line {diagnosis.line}: {diagnosis.source}"
    if diagnosis.root is not None and diagnosis.root.fault is None:
        yield f"{diagnosis.root.said} line {diagnosis.root.line}."
    if diagnosis.contrast is not None:
        wanted, got = diagnosis.contrast.expected, diagnosis.contrast.got
        yield f"Expected: {wanted}. Got: {got}."
    if diagnosis.observed:
        yield diagnosis.observed
    if diagnosis.trail:
        yield f"Values on the way:\n{diagnosis.trail}"


def as_hint(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Mark the first words as the hint that they are."""
    first = next((place for place, part in enumerate(parts) if part.kind == "text"), None)
    return tuple(
        Part(kind="hint", text=part.text) if place == first else part for place, part in enumerate(parts)
    )


def without_secrets(parts: Sequence[Part], secrets: Secrets) -> Iterator[Part]:
    """Leave out an example that happens to hold a line of the solution."""
    had = _lines(secrets.code)
    solutions = [*secrets.lines, *(one.solution or "" for one in secrets.guarded)]
    secret = {line for solution in solutions for line in _lines(solution) if len(line) >= MIN_TOLD}
    for part in parts:
        if part.kind != "code" or not _lines(part.text) & (secret - had):
            yield part


def _lines(code: str) -> set[str]:
    return {line.strip() for line in code.splitlines()}
