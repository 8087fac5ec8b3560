"""Running a student's program to see for oneself, and holding that against what the student told."""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass, replace

from events.models import DebugRequested, ParsedError, Part
from functions.analysis import source
from functions.answers import answer
from functions.debug import told_results
from functions.debug.made_up_calls import crash
from functions.debug.our_place import cut_short
from functions.debug.seen_values import typed_in, undefined, with_values
from functions.debug.told_results import Told
from functions.diagnosis.causes import Diagnosis, of_contrast, of_error, of_silence, unreadable
from functions.diagnosis.claims import Claim, claims, plain, reported
from functions.diagnosis.fingerprints import masked
from functions.diagnosis.runner import Run, Runner
from functions.diagnosis.shown_values import agrees
from functions.diagnosis.tracebacks import Trace, read_trace
from functions.diagnosis.wrong_results import Mismatch

# What a program ends with here and perhaps not at home: a piece of it was sent, or a file is not there.
OF_OUR_PLACE = frozenset(
    {"NameError", "ModuleNotFoundError", "ImportError", "FileNotFoundError", "EOFError", "OSError"}
    | {"PermissionError", "TimeLimit", "MemoryLimit"}
)
WAITS = re.compile(r"\b(?:sleep|wait|mainloop|serve_forever)\(")
# Older Pythons say "invalid syntax" of nearly everything, and a program that is stopped tells no more.
SAID_OF_ALL = re.compile(r"^invalid syntax|was never closed$")
SAME = "I ran your program and got the same error."
NOT_SEEN = (
    "I ran the program that you sent, and it ran *without* this error. Perhaps the error is from "
    "another version of it, or from another input: check that the program is saved, and run it again. "
    "If the error is still there, this may help:"
)
OTHER = (
    "You mentioned `{told}`. When I ran the program that you sent, I got a different error. Perhaps you have "
    "changed something since. Let's look at what it does now:"
)
MADE_UP = "I ran your program, and typed in `{given}` wherever it asked for something."
FIRST_OF_TWO = (
    "Python shows more than one error. The others, `{then}` at the end, came of the first one: begin there."
)


@dataclass(frozen=True, slots=True)
class Observation:
    """What is wrong, what is said before the hint, and what the program printed; `right` when nothing is."""

    diagnosis: Diagnosis | None = None
    notes: tuple[Part, ...] = ()
    stdout: str | None = None
    right: bool = False


def told_error(request: DebugRequested) -> Trace | None:
    """Give the error that was sent; a bare name of an error counts only without a program to look at."""
    trace = read_trace(request.error, request.text)
    if trace is None and request.parsed_error is not None:
        trace = Trace(request.parsed_error)
    if trace is None or (not trace.error.message and not request.error and request.code):
        return None
    return trace


def told_claim(request: DebugRequested) -> Claim | None:
    """Give what is said of a result, in the student's words or in the report of a test."""
    return next(iter((*claims(request.text), *reported(request.error or ""))), None)


async def diagnose(
    request: DebugRequested, runner: Runner, within_s: float, claim: Claim | None = None
) -> Observation:
    """Find out what is wrong, by running the program where there is one; a claim may be from before."""
    claim = claim or told_claim(request)
    told, code = told_error(request), request.code or _quoted_alone(request)
    if not code:
        found = of_error(told.error, None, told.source, told.column) if told else None
        return Observation(found, _first_of_two(told))
    if broken := unreadable(code):
        differs = told is not None and not _same(told.error, broken)
        return Observation(of_error(broken, code), _other(told) if differs else ())
    if claim is not None and claim.call and told is None:
        tried = await told_results.by_call(code, claim, runner, within_s)
        if tried is not None:
            return _tried(tried)
    given = plain(claim.given) + "\n" if claim and claim.given is not None else ""
    run = await runner.run(code, within_s, given)
    if run is not None and run.error is not None:
        failed = await _failing(run, told, (code, given), runner, within_s)
        if failed is not None:
            return failed
    if told is not None:
        came_through = run is not None and run.error is None
        notes = (answer.text(NOT_SEEN),) if came_through else ()
        return Observation(of_error(told.error, code, told.source), (*_first_of_two(told), *notes))
    ended = run if run is not None and run.error is None else None
    return await _by_result(request.text, claim, code, ended, runner, within_s)


async def _by_result(
    text: str, claim: Claim | None, code: str, run: Run | None, runner: Runner, within_s: float
) -> Observation:
    """Hold what a program did that came to its end against what was told; `run` is None if it did not."""
    if claim is not None and claim.call is None and run is not None:
        tried = await told_results.by_output(code, claim, run.stdout, runner, within_s)
        if tried is not None:
            return _tried(tried, run.stdout)
    if claim is None and run is not None and not run.stdout.strip():
        crashed = await crash(code, text, runner, within_s)
        if crashed is not None:
            return Observation(crashed, (), run.stdout)
    return _unexpected(claim, code, run)


async def _failing(
    run: Run, told: Trace | None, program: tuple[str, str], runner: Runner, within_s: float
) -> Observation | None:
    """Say why a program ended with an error; None where it only waits. `program` is its text and input."""
    code, given = program
    typed = None
    if run.error is not None and run.error.type == "EOFError" and told is None:
        typed = await typed_in(code, runner, within_s)
        run, given = typed if typed is not None else (run, given)
    error = run.error
    if error is None or _only_waits(error, code):
        waits = cut_short(error, code) if error is not None and told is None else None
        return None if waits is None else Observation(None, (answer.text(waits),), run.stdout, right=True)
    if told is None and (ours := cut_short(error, code)):
        found = undefined(code) or of_silence(code)
        return Observation(found, (answer.text(ours),), run.stdout, right=found is None)
    seen = _failed(run, error, told, code)
    return await _looked_at(seen, given, typed is not None, runner, within_s)


async def _looked_at(
    seen: Observation, given: str, made_up: bool, runner: Runner, within_s: float
) -> Observation:
    """Add what the names of the failing line held, and what was typed in, if it was made up."""
    if seen.diagnosis is None:
        return seen
    diagnosis = await with_values(seen.diagnosis, given, runner, within_s)
    typed = (answer.text(MADE_UP.format(given=given.splitlines()[0])),) if made_up else ()
    return replace(seen, diagnosis=diagnosis, notes=(*typed, *seen.notes))


def _tried(tried: Told, stdout: str | None = None) -> Observation:
    if tried.right is not None:
        return Observation(None, (answer.text(tried.right),), stdout, right=True)
    return Observation(tried.diagnosis, (), stdout)


def _failed(run: Run, error: ParsedError, told: Trace | None, code: str) -> Observation:
    """Hold the error that was met against the one that was told."""
    trace = read_trace(run.traceback) or Trace(error)
    seen = trace.error if trace.then else error
    if told is None:
        return Observation(of_error(seen, code), _first_of_two(trace), run.stdout)
    if _same(told.error, seen) or _same(told.error, error):
        return Observation(of_error(seen, code), (answer.text(SAME), *_first_of_two(trace)), run.stdout)
    if seen.type in OF_OUR_PLACE and told.error.type != "KeyboardInterrupt":
        return Observation(of_error(told.error, code, told.source), _first_of_two(told))
    return Observation(of_error(seen, code), _other(told), run.stdout)


def _unexpected(claim: Claim | None, code: str, run: Run | None) -> Observation:
    """Look for the reason of a wrong result that could not be tried; `run` only when it came to its end."""
    stdout = run.stdout if run else None
    if claim is not None and claim.expected is not None and claim.got is not None:
        told = Mismatch(claim.expected, claim.got, False, claim.call, claim.given)
        return Observation(of_contrast(told, code, proven=False), (), stdout)
    if claim is not None and claim.expected is None and claim.got in ("None", ""):
        printed = stdout.strip() if stdout is not None else None
        seen = printed is not None and agrees(claim.got, printed, written=False)
        return Observation(of_contrast(Mismatch(None, claim.got, seen), code), (), stdout)
    return Observation(undefined(code) or of_silence(code), (), stdout)


def _quoted_alone(request: DebugRequested) -> str | None:
    """Take a line of a program that was pasted in the place of the error for the program."""
    quoted = textwrap.dedent(request.error or "")
    try:
        tree = source.parse(quoted)
    except SyntaxError:
        return None
    does = any(isinstance(node, ast.Call | ast.Assign | ast.BinOp | ast.Subscript) for node in ast.walk(tree))
    return quoted if does and read_trace(quoted) is None else None


def _same(told: ParsedError, seen: ParsedError) -> bool:
    if (told.type, seen.type) == ("KeyboardInterrupt", "TimeLimit"):
        return True
    if told.type == "SyntaxError" and SAID_OF_ALL.search(told.message):
        return seen.type in ("SyntaxError", "IndentationError", "TabError")
    if told.type != seen.type:
        return False
    return not told.message or masked(told.type, told.message) == masked(seen.type, seen.message)


def _only_waits(error: ParsedError, code: str) -> bool:
    """Whether a program ended because nobody typed anything, or just sleeps for longer than we wait."""
    return error.type == "EOFError" or (error.type == "TimeLimit" and WAITS.search(code) is not None)


def _first_of_two(trace: Trace | None) -> tuple[Part, ...]:
    if trace is None or trace.then is None:
        return ()
    return (answer.text(FIRST_OF_TWO.format(then=_short(trace.then))),)


def _other(told: Trace | None) -> tuple[Part, ...]:
    if told is None:
        return ()
    said = f"{told.error.type}: {told.error.message}".rstrip(": ")
    return (answer.text(OTHER.format(told=_short(said))),)


def _short(said: str) -> str:
    return " ".join(said.split()).replace("`", "'")[:160]
