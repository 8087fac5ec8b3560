"""What stopped a program before a test had a result, in the learner's terms: no line that is not theirs.

Told from the status of the run, the error and the last lines printed; frames of our driver are left out,
because a student can do nothing with them. Cost: linear in what was printed. A program that ends its process
itself leaves nothing to tell but that.
"""

from __future__ import annotations

import re

from functions.grading import calls
from functions.grading.checks import Test
from functions.grading.running import Outcome
from functions.runtime.sandbox import ProgramError

LIMITS = {
    "timeout": "Time limit: the program was stopped after 5 seconds. Is there a loop that never ends?",
    "memory_limit": "Memory limit: the program used more than 50 MB and was stopped.",
    "output_limit": "Output limit: the program printed far too much and was stopped.",
    "crashed": "The program ended the whole Python process, so there is no result.",
    "too_long": "The program is too long to be tested.",
}
NOT_RUN = "Not run: the program had already ended."
UNREADABLE = frozenset({"SyntaxError", "IndentationError", "TabError"})
FENCE = re.compile(r"\s*(?:```|~~~)")
MAX_ENDLESS = 60


def stop_of(outcome: Outcome, code: str) -> str:
    """Say what stopped a test before it had a result, if anything did."""
    result = outcome.result
    if result.status in LIMITS:
        return limit_text(result.status, result.stdout)
    error = error_of(outcome)
    if error is not None:
        return error_text(error, outcome.test, code)
    if result.status == "not_run" or (result.status == "error" and outcome.test.kind != "stdin"):
        return LIMITS.get(outcome.ended) or ended_text(code)
    return ""


def limit_text(status: str, printed: str) -> str:
    """Say which limit was met, and what is printed over and over."""
    said = LIMITS[status]
    # The last line may be cut in the middle, so it says nothing.
    lines = printed.splitlines()[:-1][-4:]
    if status in ("timeout", "output_limit") and len(lines) > 2 and lines[0]:
        repeated = lines[-1] == lines[-2] == lines[-3]
        last = lines[-1][:MAX_ENDLESS]
        said += (
            f" It printed `{last}` again and again." if repeated else f" The last line it printed: `{last}`."
        )
    return said


def ended_text(code: str) -> str:
    """Say where a program ends itself."""
    found = calls.ending(code)
    if found is None:
        return NOT_RUN
    line, how = found
    return f"Line {line} ends the whole program with `{how}`, so the tests can't go on. Take it out."


def error_of(outcome: Outcome) -> ProgramError | None:
    """Give the error that stopped a test: its own, or that of the program it never came to."""
    return outcome.result.error or (outcome.error if outcome.result.status == "not_run" else None)


def error_text(error: ProgramError, test: Test, code: str) -> str:
    """Say which error stopped a visible test, and where in the program, if it was there."""
    missing = calls.missing_name(error, test, code)
    if missing is not None:
        return calls.missing_text(missing, test, code)
    if error.type == "EOFError":
        return _no_input(error, test, code)
    if error.type in UNREADABLE and (pasted := _pasted(code)):
        return pasted
    line = line_of(error, code)
    said = f"{error.type}: {error.message[:300]}".rstrip(": ")
    if line is None and test.kind != "stdin":
        why = calls.misfit(error, test, code)
        return why or f"`{calls.flat(test.source)}` stopped with `{said}`."
    return f"The program stopped{f' in line {line}' if line else ''} with `{said}`."


def line_of(error: ProgramError, code: str) -> int | None:
    """Give the line of an error if it is one of the program; what can't be read may end a line below it."""
    lines = max(1, len(code.splitlines()))
    if error.line is None:
        return None
    # Python may put the trouble below the last line, where something is missing.
    if error.type in UNREADABLE:
        return min(error.line, lines)
    return error.line if error.line <= lines else None


def _no_input(error: ProgramError, test: Test, code: str) -> str:
    line = line_of(error, code)
    where = f"Line {line}" if line else "Your program"
    if test.kind == "stdin":
        count = len(test.source.splitlines())
        lines = "1 line" if count == 1 else f"{count} lines"
        return f"{where} asks for more input than there is: {lines} can be read with `input()`."
    names = calls.parameters(calls.called(test, code) or "", code)
    values = f" as {' and '.join(f'`{name}`' for name in names)}" if names else " as parameters"
    said = f"{where} calls `input()`, but nothing is typed in here: the values come{values}."
    return f"{said} Leave `input()` out."


def _pasted(code: str) -> str:
    """Recognise what came along when a program was copied from a shell or a page."""
    for number, line in enumerate(code.splitlines(), 1):
        if line.lstrip().startswith(">>> "):
            return (
                f"Line {number} begins with `>>>`, the prompt of the Python shell. "
                "Hand in only what comes after it."
            )
        if FENCE.match(line):
            return f"Line {number} is a Markdown fence, not Python. Hand in only the lines between."
    return ""
