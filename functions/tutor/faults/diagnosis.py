"""From an error or a program to what is wrong with it."""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from events.models import ParsedError
from functions.tutor.faults.catalogue import Fault, catalogue, match
from functions.tutor.faults.findings import silent_faults
from functions.tutor.faults.fingerprints import fingerprint
from functions.tutor.faults.fixes import repaired

UNKNOWN_NAME = re.compile(r"name '(\w+)' is not defined")
USUAL_NAMES = frozenset(
    {"print", "input", "range", "len", "str", "int", "float", "list", "sum", "True", "False", "None"}
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The fault, where it is, the error that showed it (None for a silent one), and a repair."""

    fault: Fault
    line: int | None
    names: Mapping[str, str]
    error: ParsedError | None
    code: str | None
    fix: str | None

    @property
    def source(self) -> str:
        """The line of the program that the fault is in, if it is known."""
        lines = (self.code or "").splitlines()
        return lines[self.line - 1].strip() if self.line and self.line <= len(lines) else ""

    def fingerprint(self, place: str | None) -> str:
        """The key of this fault: the same one for the same error in the same place."""
        if self.error is None:
            return fingerprint("Silent", self.fault.id, place)
        return fingerprint(self.error.type, self.error.message, place)


def of_error(error: ParsedError, code: str | None) -> Diagnosis:
    """Diagnose an error that Python reported."""
    lines = (code or "").splitlines()
    line = error.line if error.line and (code is None or error.line <= len(lines)) else None
    source = lines[line - 1] if line and lines else ""
    fault, names = match(error.type, _with_suggestion(error, code), source)
    fix = repaired(fault.id, code, line, names) if code else None
    return Diagnosis(fault, line, names, error, code, fix)


def _with_suggestion(error: ParsedError, code: str | None) -> str:
    """Add the name that was probably meant, which Python tells only in some of the ways it reports errors."""
    unknown = UNKNOWN_NAME.fullmatch(error.message)
    if error.type != "NameError" or unknown is None:
        return error.message
    defined = set(re.findall(r"\b([A-Za-z_]\w*)\s*(?:=(?!=)|\(|\bin\b)", code or ""))
    defined |= set(re.findall(r"\b(?:def|class|as|for)\s+([A-Za-z_]\w*)", code or "")) | USUAL_NAMES
    close = difflib.get_close_matches(unknown.group(1), defined - {unknown.group(1)}, n=1, cutoff=0.75)
    return f"{error.message}. Did you mean: '{close[0]}'?" if close else error.message


def of_silence(code: str) -> Diagnosis | None:
    """Diagnose a program that raises no error; None when nothing is suspicious."""
    for finding in silent_faults(code):
        fault = catalogue().silent[finding.fault]
        fix = repaired(fault.id, code, finding.line, finding.names)
        return Diagnosis(fault, finding.line, finding.names, None, code, fix)
    return None


def unreadable(code: str) -> ParsedError | None:
    """Say why Python can't read a program, without running it; None when it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(ast.parse(code, "main.py"), "main.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return ParsedError(
            type=type(error).__name__, message=error.msg or "invalid syntax", line=error.lineno or None
        )
    except (ValueError, RecursionError, MemoryError) as error:
        return ParsedError(type="SyntaxError", message=f"the program can't be read: {error}")
    return None
