"""What a call for help is about: from a request to a diagnosis and the hint to give."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from events.models import DebugRequested, ParsedError, Part
from functions.debug.store import hints_given, latest_case
from functions.runtime import Work
from functions.tutor.faults import wording
from functions.tutor.faults.diagnosis import Diagnosis, of_error, of_silence, unreadable
from functions.tutor.faults.ladder import Step, next_step
from functions.tutor.faults.tracebacks import parse_error
from functions.tutor.runner import Runner

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
    step: Step | None
    parts: tuple[Part, ...]
    key: str = ""
    code_hash: str = ""
    follows_up: bool = False


async def open_case(request: DebugRequested, work: Work) -> Case:
    """Understand a call for help: what is wrong, and how far the hint may go."""
    place = request.exercise_id or request.conversation_id
    diagnosis, stdout = await _diagnose(request, work.use(Runner))
    follows_up = diagnosis is None and not request.code
    async with work.read() as db:
        if follows_up:
            diagnosis = await latest_case(db, request.student_id, place)
        if diagnosis is None:
            return Case(None, None, wording.looks_fine(stdout) if request.code else wording.needs_more())
        key = diagnosis.fingerprint(_place_of(request, diagnosis))
        earlier = await hints_given(db, request.student_id, place, key)
    code_hash = hash_of(diagnosis.code)
    wants = bool(WANTS_SOLUTION.search(request.text))
    step = next_step(earlier, code_hash=code_hash, at=work.event.time, wants_solution=wants)
    return Case(diagnosis, step, wording.hint(diagnosis, step), key, code_hash, follows_up)


def hash_of(code: str | None) -> str:
    """Make the key that tells whether a program was changed; empty lines and blanks at line ends do not."""
    lines = [line.rstrip() for line in (code or "").splitlines()]
    return hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()[:32]


async def _diagnose(request: DebugRequested, runner: Runner) -> tuple[Diagnosis | None, str | None]:
    """Diagnose what was sent, and say what the program printed if it had to be run."""
    error, code = _reported(request), request.code
    if error is not None:
        return of_error(error, code), None
    if not code:
        return None, None
    if broken := unreadable(code):
        return of_error(broken, code), None
    run = await runner.run(code)
    if run is not None and run.error is not None and run.error.type != "EOFError":
        return of_error(run.error, code), run.stdout
    return of_silence(code), run.stdout if run and run.error is None else None


def _reported(request: DebugRequested) -> ParsedError | None:
    """Give the error that was sent; a bare name of an error counts only without a program to look at."""
    error = request.parsed_error or parse_error(request.error)
    if error is None or (not error.message and not request.error and request.code):
        return None
    return error


def _place_of(request: DebugRequested, diagnosis: Diagnosis) -> str:
    return str(request.exercise_id) if request.exercise_id else diagnosis.fault.topic
