"""What a call for help is about: from a request to a diagnosis and the hint to give."""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass, replace

from events.models import DebugRequested, Part
from functions.analysis import source
from functions.answers import answer
from functions.class_rules.rules import AS_FAR
from functions.debug.exercise_tests import TestedExercise, by_tests, tested_exercise
from functions.debug.no_hints import worked_alone
from functions.debug.observation import Observation, diagnose, told_claim, told_error
from functions.debug.solutions import looked_closer
from functions.debug.store import OpenCase, handed_in, latest_case
from functions.diagnosis import wording
from functions.diagnosis.catalogue import TIERS
from functions.diagnosis.causes import Diagnosis, unreadable
from functions.diagnosis.claims import Claim, claims
from functions.diagnosis.hint_ladder import GivenHint, NextHint, next_step
from functions.diagnosis.runner import Runner
from functions.diagnosis.tracebacks import Trace
from functions.guardrails.exercises_at_hand import ExerciseAtHand, exercises_at_hand
from functions.runtime import Work

WANTS_SOLUTION = re.compile(
    r"\b(?:(?:show|give|tell) me the|what(?: i|')s the|the) (?:full |whole |correct |right )?"
    r"(?:solution|answer|fix|code)\b|\bjust (?:tell|show|fix|solve)\b"
    r"|\b(?:correct|right|fixed) code\b|^solution\b",
    re.IGNORECASE,
)
STILL = re.compile(
    r"\b(?:still|again|same|changed|now|tried|but it|not work\w*|doesn't|wrong)\b", re.IGNORECASE
)
COMMENT = re.compile(r"#.*")


@dataclass(frozen=True, slots=True)
class Case:
    """A call for help, understood; without a diagnosis there is no step. `alone`: there must be no hint."""

    diagnosis: Diagnosis | None
    step: NextHint | None
    parts: tuple[Part, ...]
    key: str = ""
    code_hash: str = ""
    follows_up: bool = False
    code: str | None = None
    at_hand: tuple[ExerciseAtHand, ...] = ()
    given: tuple[str, ...] = ()
    stdout: str | None = None
    alone: bool = False


async def open_case(request: DebugRequested, work: Work, within_s: float) -> Case:
    """Understand a call for help: what is wrong, and how far the hint may go."""
    known = await _gathered(request, work)
    kept, exercise = known.kept, known.exercise
    code = request.code or (kept.code if kept else None)
    if parts := worked_alone(request.exercise_id, code, known.at_hand):
        return Case(None, None, parts, code=request.code, alone=True)
    brings_nothing = not (request.code or request.error or told_error(request))
    if brings_nothing:
        request = _with_program(request, kept, known.newest, exercise)
    seen = await _seen(request, kept, exercise, work, within_s)
    diagnosis = seen.diagnosis if exercise else await looked_closer(request, seen, known.at_hand, work)
    if diagnosis is None:
        parts, at_hand = _unclear(request, seen, tests=exercise is not None), known.at_hand
        return Case(None, None, parts, code=request.code, at_hand=at_hand, stdout=seen.stdout)
    key = diagnosis.fingerprint(_place_of(request, diagnosis))
    code_hash = hash_of(diagnosis.code)
    wants = bool(WANTS_SOLUTION.search(request.text))
    step = next_step(known.given.get(key, ()), code_hash=code_hash, at=work.event.time, wants_solution=wants)
    step, end = capped(step, request.highest_rung, request.rung_of)
    parts = (*seen.notes, *wording.hint(diagnosis, step), *end)
    follows_up = brings_nothing and kept is not None
    given = tuple(hint.tier for hint in known.given.get(key, ()))
    about = (diagnosis.code, known.at_hand, given, seen.stdout)
    return Case(diagnosis, step, parts, key, code_hash, follows_up, *about)


def capped(step: NextHint, highest: int | None, of: str | None) -> tuple[NextHint, tuple[Part, ...]]:
    """Go no further than a class of the student allows, and say so where that is the end."""
    if highest is None or TIERS.index(step.tier) + 1 < highest:
        return step, ()
    end = answer.text(AS_FAR.format(name=of or "your class"))
    return replace(step, tier=TIERS[min(TIERS.index(step.tier), highest - 1)], again=False, tries_left=0), (
        end,
    )


def hash_of(code: str | None) -> str:
    """Make the key that tells whether a program does something else; comments and blanks don't."""
    try:
        said = ast.dump(source.parse(code or ""))
    except SyntaxError:
        lines = [COMMENT.sub("", line).rstrip() for line in (code or "").splitlines()]
        said = "\n".join(filter(None, lines))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of what a student works on, and the hints that were given, by the fault's fingerprint."""

    kept: OpenCase | None
    newest: str | None
    at_hand: tuple[ExerciseAtHand, ...]
    given: dict[str, list[GivenHint]]
    exercise: TestedExercise | None


async def _gathered(request: DebugRequested, work: Work) -> Known:
    """Read the case from before, the exercises at hand, and the program that was handed in since."""
    student, exercise = request.student_id, request.exercise_id
    place = exercise or request.conversation_id
    async with work.read() as db:
        (kept, given), newest = await latest_case(db, student, place), None
        if request.code and told_error(request):
            # A message with both begins anew, whatever there was before.
            kept = None
        if exercise is not None and not request.code:
            newest = await handed_in(db, student, exercise, kept.seen_at if kept else None)
        at_hand = await exercises_at_hand(db, student, exercise)
        code = newest or request.code or (kept.code if kept else None) or ""
        named = next((one for one in at_hand if one.exercise_id == exercise), None)
        tested = await tested_exercise(db, named, student, code) if named is not None else None
        return Known(kept, newest, at_hand, given, tested)


def _with_program(
    request: DebugRequested, kept: OpenCase | None, newest: str | None, exercise: TestedExercise | None
) -> DebugRequested:
    """Give a message that brings nothing the program that it is about."""
    if newest is not None:
        return replace(request, code=newest)
    again = kept is not None and (kept.diagnosis is None or exercise or claims(request.text))
    if again and kept is not None and kept.code:
        return replace(request, code=kept.code)
    return replace(request, code=exercise.starter) if exercise and kept is None else request


async def _seen(
    request: DebugRequested,
    kept: OpenCase | None,
    exercise: TestedExercise | None,
    work: Work,
    within_s: float,
) -> Observation:
    """Look at the program: with the tests of its exercise first, and else with what was told."""
    told = told_error(request)
    if exercise is not None and request.code and unreadable(request.code) is None:
        tested = await by_tests(request.code, exercise, work.use(Runner).of(request.student_id), within_s)
        if tested is not None and _decides(tested, request, told):
            return tested
    if kept is not None and kept.diagnosis is not None and not request.code and told is None:
        return Observation(kept.diagnosis)
    return await diagnose(request, work.use(Runner).of(request.student_id), within_s, _claim(request, kept))


def _decides(tested: Observation, request: DebugRequested, told: Trace | None) -> bool:
    """Whether what the tests show is what the student asks about; a told error may be another one."""
    if tested.right:
        return told is None and not claims(request.text)
    return told is None or (tested.diagnosis is not None and tested.diagnosis.error is not None)


def _claim(request: DebugRequested, kept: OpenCase | None) -> Claim | None:
    """Give what is claimed of a result: now, or earlier of the program that was changed since."""
    told = told_claim(request)
    before = kept.claim if kept is not None else None
    if before is None or (told is not None and told.expected is not None):
        return told
    if before.call is not None and request.code and before.call.split("(")[0] not in request.code:
        return told
    if before.call is None and told is None and not STILL.search(request.text):
        return None
    return replace(before, got=told.got if told is not None else None)


def _unclear(request: DebugRequested, seen: Observation, *, tests: bool) -> tuple[Part, ...]:
    if seen.right:
        return seen.notes
    if tests and request.code:
        return wording.not_tested()
    return wording.looks_fine(seen.stdout) if request.code else wording.needs_more()


def _place_of(request: DebugRequested, diagnosis: Diagnosis) -> str:
    return str(request.exercise_id) if request.exercise_id else diagnosis.fault.topic
