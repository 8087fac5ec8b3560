"""From repairs that were seen to work to the fault that they repair, its line, and its words.

Of the smallest repairs all count: where they agree on the place, the first one names the fault; where they
agree on the kind alone, the line stays open; otherwise nothing is said. Cost: some look-ups. A repair that
passes the tests and is not the one the student needs leads to a wrong name: only more tests help.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from functions.diagnosis.edits import Edit
from functions.diagnosis.findings import Finding, silent_faults
from functions.diagnosis.repair_search import Repair

# Lines this far apart are one place for a reader.
SAME_PLACE = 1
METHOD = re.compile(r"\.(sort|reverse|append|extend|insert)\(")
TARGET = re.compile(r"^\s*(\w+)\s*[-+*/]?=(?!=)")
FUNCTION = re.compile(r"^\s*def\s+(\w+)")
# What a fault with a name of its own is called when its name is not found.
WITHOUT_NAME = {
    "missing-return": "lost-return",
    "print-not-return": "lost-return",
    "stored-in-place": "result-dropped",
    "reset-in-loop": "other-block",
    "changed-while-looping": "no-copy",
}


def fault_of_repairs(code: str, found: Sequence[Repair]) -> Finding | None:
    """Name what the smallest repair repairs; line 0 where repairs of the same size disagree about it.

    None without a repair, or where they agree neither about the place nor about the kind.
    """
    if not found:
        return None
    smallest = [repair for repair in found if _cost(repair) == _cost(found[0])]
    first = min(smallest[0].edits, key=lambda edit: edit.cost)
    lines = [min(repair.edits, key=lambda edit: edit.cost).line for repair in smallest]
    together = max(lines) - min(lines) <= SAME_PLACE
    kinds = {repair.edits[0].kind for repair in smallest}
    if not together and len(kinds) > 1:
        return None
    named = _named(code, first)
    return named if together else Finding(named.fault, 0, named.names)


def _cost(repair: Repair) -> tuple[int, int]:
    return len(repair.edits), sum(edit.cost for edit in repair.edits)


def _named(code: str, edit: Edit) -> Finding:
    silent = next(
        (one for one in silent_faults(code) if (one.fault, one.line) == (edit.kind, edit.line)), None
    )
    if silent is not None:
        return silent
    names = _names(code, edit)
    kind = edit.kind if names or edit.kind not in WITHOUT_NAME else WITHOUT_NAME[edit.kind]
    return Finding(kind, edit.line, names)


def _names(code: str, edit: Edit) -> dict[str, str]:
    """Give the names that a fault's words speak of."""
    lines = code.splitlines()
    line = lines[edit.line - 1] if edit.line <= len(lines) else ""
    if edit.kind in ("missing-return", "print-not-return"):
        above = (found for text in reversed(lines[: edit.line]) if (found := FUNCTION.match(text)))
        return {"name": found.group(1)} if (found := next(above, None)) else {}
    pattern = {"stored-in-place": METHOD, "reset-in-loop": TARGET}.get(edit.kind)
    found = pattern.search(line) if pattern else None
    return {"name": found.group(1)} if found else {}
