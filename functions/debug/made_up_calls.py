"""A program that only defines functions does nothing when it is run: here its functions are called.

What a student says of an error is looked for with made-up values. An error counts where its kind was named,
or where every guess ends with the same one and no value can be to blame for it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from events.models import ParsedError
from functions.diagnosis.causes import Diagnosis, of_error
from functions.diagnosis.guessed_calls import guessed_calls
from functions.diagnosis.runner import Runner
from functions.grading.calls import flat
from functions.grading.stops import error_of, line_of

MAX_FUNCTIONS = 4
CALLED = "I called `{call}`, with values that I made up, and Python stopped with `{error}`."
# Whatever values a function gets, these are its own.
OWN = frozenset({"NameError", "UnboundLocalError", "RecursionError", "ModuleNotFoundError"})
RECURSION = re.compile(r"\b(?:recursion|recursive|calls itself|never (?:ends|stops))\b", re.IGNORECASE)


async def crash(code: str, text: str, runner: Runner, within_s: float) -> Diagnosis | None:
    """Call the functions of a program, those that the text names first, and diagnose how a call ends."""
    made = sorted(guessed_calls(code), key=lambda calls: _name(calls[0].source) not in text)[:MAX_FUNCTIONS]
    tests = [test for calls in made for test in calls]
    outcomes = await runner.outcomes(code, tests, within_s) if tests else None
    failed = [(one.test.source, error) for one in outcomes or () if (error := error_of(one)) is not None]
    named = [(call, error) for call, error in failed if _is_told(error.type, text)]
    own = [(call, error) for call, error in failed if error.type in OWN and line_of(error, code)]
    found = next(iter((*named, *own)), None)
    if found is None:
        return None
    call, error = found
    told = ParsedError(type=error.type, message=error.message, line=line_of(error, code))
    said = f"{error.type}: {error.message}".rstrip(": ")[:160].replace("`", "'")
    return replace(of_error(told, code), observed=CALLED.format(call=flat(call), error=said))


def _name(call: str) -> str:
    return call.partition("(")[0]


def _is_told(kind: str, text: str) -> bool:
    return kind in text or (kind == "RecursionError" and RECURSION.search(text) is not None)
