"""What a student told of a result, tried in a cell: is it so, and which small edit would make it right?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from events.models import ParsedError
from functions.analysis import source
from functions.diagnosis.causes import Diagnosis, of_contrast, of_error, of_finding
from functions.diagnosis.claims import Claim, plain
from functions.diagnosis.findings import Finding
from functions.diagnosis.repair_search import Repair, repairs, searching
from functions.diagnosis.repaired_faults import fault_of_repairs
from functions.diagnosis.runner import Runner
from functions.diagnosis.shown_values import agrees, float_tail, form_of, marked, much_the_same
from functions.diagnosis.trails import printed_by, superfluous, trail
from functions.diagnosis.wrong_results import Mismatch
from functions.grading.calls import flat
from functions.grading.checks import Test
from functions.grading.running import Outcome
from functions.grading.stops import error_of, line_of
from functions.grading.values import decode, show

CALLED = "You expected `{expected}`. I ran `{call}`, and it gave `{got}`."
PRINTED = "You expected `{expected}`. I ran your program{given}, and it printed {got}."
RAISED = "I ran `{call}`, and Python stopped with `{error}`."
AS_EXPECTED = (
    "I ran {what}, and it gives `{expected}`, just as you expected. Perhaps you ran an older version: "
    "save it and run it again. If you still see something else, send me the whole program that you ran, "
    "and what you typed in."
)
MAX_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Told:
    """What came of trying a claim: a diagnosis, or a word that all is as expected."""

    diagnosis: Diagnosis | None = None
    right: str | None = None


async def by_call(code: str, claim: Claim, runner: Runner, within_s: float) -> Told | None:
    """Run the call that was told of; None when it could not be run, or is none of this program."""
    call = claim.call or ""
    outcomes = await runner.outcomes(code, [Test(name="told", kind="call", source=call)], within_s)
    if not outcomes or outcomes[0].result.status not in ("ok", "error"):
        return None
    outcome = outcomes[0]
    if (error := error_of(outcome)) is not None:
        return (
            Told(_raised(outcome, call, code)) if line_of(error, code) or error.type != "NameError" else None
        )
    got = show(decode(outcome.result.value))
    if claim.expected is None:
        return None
    if agrees(claim.expected, got, written=True):
        unlike = claim.got is None or not agrees(claim.got, got, written=True)
        said = AS_EXPECTED.format(what=f"`{flat(call)}`", expected=_short(claim.expected))
        return Told(right=said) if unlike else None
    observed = CALLED.format(expected=_short(claim.expected), call=_short(call), got=_short(got))
    mismatch = Mismatch(claim.expected, got, seen=True, call=call)
    return Told(await _diagnosed(code, mismatch, observed, runner, within_s))


async def by_output(code: str, claim: Claim, printed: str, runner: Runner, within_s: float) -> Told | None:
    """Hold what a program printed against what was told of it; None where nothing was expected."""
    if claim.expected is None:
        return None
    got = printed.strip()
    if claim.got and float_tail(claim.expected, claim.got) and agrees(claim.expected, got, written=False):
        return Told(of_finding(Finding("float-tail", 0), code, Mismatch(claim.expected, claim.got)))
    if agrees(claim.expected, got, written=False):
        as_told = claim.got is not None and agrees(claim.got, got, written=False)
        said = AS_EXPECTED.format(what="your program", expected=_short(claim.expected))
        return None if as_told else Told(right=said)
    if claim.got is None and much_the_same(claim.expected, got):
        return Told(right=AS_EXPECTED.format(what="your program", expected=_short(claim.expected)))
    given = f" with the input `{_short(plain(claim.given))}`" if claim.given else ""
    shown = f"`{_short(got)}`" if got else "nothing"
    observed = PRINTED.format(expected=_short(claim.expected), given=given, got=shown)
    mismatch = Mismatch(claim.expected, got, seen=True, given=claim.given)
    return Told(await _diagnosed(code, mismatch, observed, runner, within_s))


async def _diagnosed(
    code: str, mismatch: Mismatch, observed: str, runner: Runner, within_s: float
) -> Diagnosis:
    """Find what makes a result: its form, the way numbers are stored, or an edit that was seen to help."""
    expected = mismatch.expected or ""
    found: Sequence[Repair] = ()
    seen = None
    if float_tail(expected, mismatch.got):
        finding: Finding | None = Finding("float-tail", 0)
    elif mismatch.call is None and (line := await _printed_too_much(code, mismatch, runner, within_s)):
        finding = Finding("too-much-printed", line)
    elif (finding := form_of(mismatch.got)) is None:
        found, seen = await asyncio.gather(
            _repairs(code, mismatch, runner, within_s), _trail(code, mismatch, runner, within_s)
        )
        finding = fault_of_repairs(code, found)
    if finding is not None:
        diagnosis = replace(of_finding(finding, code, mismatch), fix=found[0].code if found else None)
    else:
        diagnosis = of_contrast(mismatch, code, proven=False)
    case = f"{mismatch.call or mismatch.given or ''} {expected}".strip()
    return replace(diagnosis, observed=observed, trail=seen, case=case)


async def _printed_too_much(code: str, mismatch: Mismatch, runner: Runner, within_s: float) -> int | None:
    """Give the line that printed all that is too much; None where something else differs."""
    wanted, got = (mismatch.expected or "").splitlines(), mismatch.got.splitlines()
    if not 0 < len(wanted) < len(got) or not superfluous(wanted, got):
        return None
    given = plain(mismatch.given) + "\n" if mismatch.given else ""
    seen = await runner.observe(code, within_s, given)
    return printed_by(seen, superfluous(wanted, got)) if seen is not None else None


async def _repairs(code: str, mismatch: Mismatch, runner: Runner, within_s: float) -> Sequence[Repair]:
    test = _test(mismatch)
    search = await asyncio.to_thread(searching, code, [test]) if test is not None else None
    if search is None:
        return ()
    return repairs(search, await runner.output(search.program, search.stdin, within_s))


def _test(mismatch: Mismatch) -> Test | None:
    """Make a test of what was told; of a call only where the value is written as Python writes it."""
    expected = mismatch.expected or ""
    if mismatch.call is None:
        given = plain(mismatch.given) + "\n" if mismatch.given else ""
        # What a program prints in lines is told in one: "1 2 3".
        in_lines = "\n" not in expected and all(len(line.split()) == 1 for line in mismatch.got.splitlines())
        told = "\n".join(expected.split()) if in_lines and "\n" in mismatch.got else plain(expected)
        return Test(name="told", kind="stdin", source=given, expected=told)
    try:
        value = source.literal(expected)
    except SyntaxError:
        value = plain(expected)
    return Test(name="told", kind="call", source=mismatch.call, expected=marked(value))


async def _trail(code: str, mismatch: Mismatch, runner: Runner, within_s: float) -> str | None:
    given = plain(mismatch.given) + "\n" if mismatch.given else ""
    return trail(await runner.observe(code, within_s, given, then=mismatch.call))


def _raised(outcome: Outcome, call: str, code: str) -> Diagnosis:
    error = error_of(outcome)
    assert error is not None
    told = ParsedError(type=error.type, message=error.message, line=line_of(error, code))
    shown = _short(f"{error.type}: {error.message}".rstrip(": "))
    return replace(of_error(told, code), observed=RAISED.format(call=_short(call), error=shown))


def _short(text: str) -> str:
    flat_text = " ".join(text.split()).replace("`", "'")
    return flat_text if len(flat_text) <= MAX_SHOWN else f"{flat_text[:MAX_SHOWN]}..."
