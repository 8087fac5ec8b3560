"""What a call for help is about: from a request to a diagnosis and the hint to give."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from events.models import DebugRequested, Part
from functions.debug.observation import Observation, diagnose, told_error
from functions.debug.solutions import looked_closer
from functions.debug.store import OpenCase, handed_in, hints_given, latest_case
from functions.diagnosis import wording
from functions.diagnosis.causes import Diagnosis
from functions.diagnosis.claims import claims
from functions.diagnosis.hint_ladder import GivenHint, NextHint, next_step
from functions.diagnosis.runner import Runner
from functions.guardrails.exercises_at_hand import ExerciseAtHand, exercises_at_hand
from functions.runtime import Work

WANTS_SOLUTION = re.compile(
    r"\b(?:(?:show|give|tell) me the|what(?: i|')s the|the) (?:full |whole |correct |right )?"
    r"(?:solution|answer|fix|code)\b|\bjust (?:tell|show|fix|solve)\b"
    r"|\b(?:correct|right|fixed) code\b|^solution\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A call for help, understood; without a diagnosis there is no step."""

    diagnosis: Diagnosis | None
    step: NextHint | None
    parts: tuple[Part, ...]
    key: str = ""
    code_hash: str = ""
    follows_up: bool = False
    code: str | None = None
    at_hand: tuple[ExerciseAtHand, ...] = ()


async def open_case(request: DebugRequested, work: Work, within_s: float) -> Case:
    """Understand a call for help: what is wrong, and how far the hint may go."""
    kept, newest, at_hand, given = await _gathered(request, work)
    if newest is not None:
        request = replace(request, code=newest)
    elif kept is not None and kept.code and (kept.diagnosis is None or claims(request.text)):
        request = replace(request, code=kept.code)
    if kept is not None and kept.diagnosis is not None and not request.code:
        seen = Observation(kept.diagnosis)
    else:
        seen = await diagnose(request, work.use(Runner), within_s)
    diagnosis = await looked_closer(request, seen, at_hand, work)
    if diagnosis is None:
        return Case(None, None, _unclear(request, seen), code=request.code)
    key = diagnosis.fingerprint(_place_of(request, diagnosis))
    code_hash = hash_of(diagnosis.code)
    wants = bool(WANTS_SOLUTION.search(request.text))
    step = next_step(given.get(key, ()), code_hash=code_hash, at=work.event.time, wants_solution=wants)
    parts = (*seen.notes, *wording.hint(diagnosis, step))
    return Case(diagnosis, step, parts, key, code_hash, kept is not None, diagnosis.code, at_hand)


def hash_of(code: str | None) -> str:
    """Make the key that tells whether a program was changed; empty lines and blanks at line ends do not."""
    lines = [line.rstrip() for line in (code or "").splitlines()]
    return hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()[:32]


async def _gathered(
    request: DebugRequested, work: Work
) -> tuple[OpenCase | None, str | None, tuple[ExerciseAtHand, ...], dict[str, list[GivenHint]]]:
    """Read all that is known of what a student works on: exercises at hand, and hints that were given.

    For a message that brings neither a program nor an error it is the case from before, too, with the program
    that was handed in for the exercise since.
    """
    kept, newest = None, None
    student, exercise = request.student_id, request.exercise_id
    place = exercise or request.conversation_id
    async with work.read() as db:
        if not (request.code or request.error or told_error(request)):
            kept = await latest_case(db, student, place)
            if exercise is not None:
                newest = await handed_in(db, student, exercise, kept.seen_at if kept else None)
        at_hand = await exercises_at_hand(db, student, exercise)
        return kept, newest, at_hand, await hints_given(db, student, place)


def _unclear(request: DebugRequested, seen: Observation) -> tuple[Part, ...]:
    if seen.right:
        return seen.notes
    return wording.looks_fine(seen.stdout) if request.code else wording.needs_more()


def _place_of(request: DebugRequested, diagnosis: Diagnosis) -> str:
    return str(request.exercise_id) if request.exercise_id else diagnosis.fault.topic
