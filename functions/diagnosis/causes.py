"""From an error, a program or a wrong result to what is wrong.

The order is: the words of an error against the catalogue, the rules over the tree for silent faults, and a
right program where only the effect is known. Cost: some milliseconds; `against` adds a comparison of two
trees. Where nothing fits, the fault is `other-error`, which explains the error and names no cause.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace

from events.models import ParsedError
from functions.analysis import source
from functions.diagnosis.catalogue import Fault, catalogue, match
from functions.diagnosis.findings import Finding, silent_faults
from functions.diagnosis.fingerprints import fingerprint
from functions.diagnosis.fixes import repaired
from functions.diagnosis.near_names import with_suggestion
from functions.diagnosis.program_diff import difference
from functions.diagnosis.root_causes import RootCause, root_of
from functions.diagnosis.wrong_results import WEAK, Mismatch, cause_of

OTHER_ERROR = "other-error"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The fault, where it is, the error that showed it (None for a silent one), and a repair.

    `root` is where it begins, when that is elsewhere; `quoted` is the line that a pasted error shows, for
    when there is no program; `column` is where in the line Python's arrow points. `observed` is what was seen
    in a run, `trail` the values on the way. `case` names what the ladder climbs for: a test or a claim.
    """

    fault: Fault
    line: int | None
    names: Mapping[str, str]
    error: ParsedError | None
    code: str | None
    fix: str | None
    contrast: Mismatch | None = None
    root: RootCause | None = None
    quoted: str | None = None
    column: int | None = None
    observed: str | None = None
    trail: str | None = None
    case: str | None = None

    @property
    def source(self) -> str:
        """The line of the program that the fault is in, if it is known."""
        return self.line_of_code(self.line) or (self.quoted or "" if not self.code else "")

    def line_of_code(self, number: int | None) -> str:
        """Give a line of the program without its indentation; nothing when there is no such line."""
        lines = (self.code or "").splitlines()
        return lines[number - 1].strip() if number and number <= len(lines) else ""

    def fingerprint(self, place: str | None) -> str:
        """The key of this fault: the same one for the same error in the same place."""
        if self.case is not None:
            return fingerprint("Result", self.case, place)
        if self.error is None:
            return fingerprint("Silent", self.fault.id, place)
        return fingerprint(self.error.type, self.error.message, place)


def of_error(
    error: ParsedError, code: str | None, quoted: str | None = None, column: int | None = None
) -> Diagnosis:
    """Diagnose an error that Python reported, perhaps with the line it quotes and the place in that line."""
    lines = (code or "").splitlines()
    line = error.line if error.line and (code is None or error.line <= len(lines)) else None
    line = line or _line_with(quoted, lines)
    quoted_line = lines[line - 1] if line and lines else quoted or ""
    fault, names = match(error.type, with_suggestion(error, code, quoted_line), quoted_line)
    root = root_of(error, code, line)
    if root is not None and root.fault is not None:
        fault, line, names = catalogue().find(root.fault), root.line, dict(root.names)
    fix = repaired(fault.id, code, line, names) if code else None
    column = _column(code, line) if code else column
    return Diagnosis(fault, line, names, error, code, fix, None, root, quoted, column)


def _line_with(quoted: str | None, lines: list[str]) -> int | None:
    """Find the only line of a program that reads like the one that an error quotes."""
    found = [number for number, line in enumerate(lines, 1) if quoted and line.strip() == quoted]
    # A line that stands there twice says nothing of which is meant.
    return found[0] if len(found) == 1 else None


def of_silence(code: str) -> Diagnosis | None:
    """Diagnose a program that raises no error; None when nothing is suspicious."""
    found = silent_faults(code)
    return of_finding(found[0], code) if found else None


def of_contrast(contrast: Mismatch, code: str, *, proven: bool = True) -> Diagnosis:
    """Diagnose a program that gives another result than was expected; see `cause_of`."""
    return of_finding(cause_of(contrast, code, proven=proven), code, contrast)


def against(diagnosis: Diagnosis, solution: str) -> Diagnosis:
    """Look closer at what is known only by its effect, with a right program to hold the wrong one against."""
    # A fault that is known by more than its effect stays: a right program shows another way as a fault, too.
    vague = diagnosis.fault.id in {OTHER_ERROR, *WEAK, *catalogue().wrong}
    found = difference(diagnosis.code, solution) if diagnosis.code and vague else None
    if found is None:
        return diagnosis
    fault = catalogue().find(found.fault)
    return replace(diagnosis, fault=fault, line=found.line or None, fix=None, root=None, column=None)


def of_finding(finding: Finding, code: str, contrast: Mismatch | None = None) -> Diagnosis:
    """Diagnose what was found in a program that raises no error."""
    names = dict(finding.names)
    if contrast is not None:
        told = {"got": contrast.got, "expected": contrast.expected or ""}
        names |= {name: " ".join(said.split())[:80] or "nothing" for name, said in told.items()}
    fix = repaired(finding.fault, code, finding.line, finding.names)
    line = finding.line or None
    return Diagnosis(catalogue().find(finding.fault), line, names, None, code, fix, contrast)


def known(fault_id: str, line: int | None, code: str, contrast: Mismatch | None) -> Diagnosis:
    """Diagnose anew what was found in a program before."""
    found = (one for one in silent_faults(code) if (one.fault, one.line) == (fault_id, line))
    return of_finding(next(found, Finding(fault_id, line or 0)), code, contrast)


def _column(code: str, line: int | None) -> int | None:
    """Say where in a line Python's arrow points, without the indentation; None when there is no arrow."""
    try:
        source.parse(code)
    except SyntaxError as error:
        shown = (code.splitlines() or [""])[min(line or 1, len(code.splitlines())) - 1]
        indent = len(shown) - len(shown.lstrip())
        at = (error.offset or 0) - 1 - indent
        # Python counts from 1 and with the indentation, which the shown line has not.
        return at if error.lineno == line and 0 <= at <= len(shown) - indent else None
    return None


def unreadable(code: str) -> ParsedError | None:
    """Say why Python can't read a program, without running it; None when it can.

    It is a MemoryError when memory does not suffice. It belongs behind walls: to compile a few hundred bytes
    of legal nesting can take gigabytes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Parsing alone lets through what only the compiler refuses: `return` outside of a function,
            # `break` outside of a loop.
            compile(source.parse(code), "main.py", "exec", dont_inherit=True)
    except (MemoryError, source.TooLarge):
        return ParsedError(type="MemoryError", message="the program is too large or too deeply nested")
    except SyntaxError as error:
        return ParsedError(
            type=type(error).__name__, message=error.msg or "invalid syntax", line=error.lineno or None
        )
    except (ValueError, RecursionError) as error:
        return ParsedError(type="SyntaxError", message=f"the program can't be read: {error}")
    return None
