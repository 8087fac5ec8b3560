"""From a wrong program and what it should do to the smallest edit that makes it do so: repair by search.

Hundreds of small edits are tried in one cell (edit_trials.py), so that a fault is named only where its repair
was seen to pass every test. Cost: some ten milliseconds to make the edits, at most BUDGET_S of one cell. It
finds what is up to three small edits away, and nothing else. What comes back from the cell is a choice among
our own edits: a program that forges it can only be wrong about itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from functions.diagnosis.edit_expressions import EXPRESSIONS
from functions.diagnosis.edit_insertions import INSERTIONS, transplants
from functions.diagnosis.edit_statements import STATEMENTS
from functions.diagnosis.edit_trials import edited
from functions.diagnosis.edit_values import VALUES
from functions.diagnosis.edits import Edit, Text, ordered
from functions.grading.checks import Test, driver
from functions.grading.values import Opaque, decode

# Of calculating, and not of waiting for a busy machine; most searches end before, with their last try.
BUDGET_S = 1.1
MAX_TRIES = 2_500
# A test of a beginners' exercise takes well under a millisecond; an edit that loops for ever costs this much.
EACH_S = 0.03
MAX_STDIN = 60_000
MAX_PROGRAM = 6_000
MAX_TESTS = 40


@dataclass(frozen=True, slots=True)
class Repair:
    """A program that passes, the edits that make it of the student's, and the line of the first."""

    code: str
    edits: tuple[Edit, ...]

    @property
    def lines(self) -> frozenset[int]:
        """The lines that are edited."""
        return frozenset(edit.line for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Search:
    """A search as the sandbox is asked to do it: the program for the cell, its input, and its edits."""

    program: str
    stdin: str
    edits: tuple[Edit, ...]
    code: str
    marker: str


class _Line(msgspec.Struct):
    hit: list[int] = []


@cache
def trials() -> str:
    """Give the program that is sent to the cell."""
    return Path(__file__).with_name("edit_trials.py").read_text(encoding="utf-8")


def edits_of(code: str, references: Sequence[str] = ()) -> list[Edit]:
    """Make all edits of a program, the likeliest first; raises SyntaxError where it can't be read."""
    text = Text(code)
    found: dict[tuple[int, int, str], Edit] = {}
    for edit in _every(text, references):
        key = (edit.start, edit.end, edit.text)
        if code[edit.start : edit.end] != edit.text and (key not in found or edit.cost < found[key].cost):
            found[key] = edit
    return ordered(found)


def _every(text: Text, references: Sequence[str]) -> Iterator[Edit]:
    for rule in (*EXPRESSIONS, *STATEMENTS, *VALUES, *INSERTIONS):
        yield from rule(text)
    for reference in references:
        yield from transplants(text, reference)


def searching(
    code: str, tests: Sequence[Test], references: Sequence[str] = (), marker: str | None = None
) -> Search | None:
    """Build a search; None when there is nothing to be searched in or to be held against."""
    checks = [(test, expected) for test in tests[:MAX_TESTS] if (expected := _expected(test)) is not None]
    if not checks or len(code) > MAX_PROGRAM:
        return None
    try:
        edits = edits_of(code, references)
        program = driver([test for test, _ in checks if test.kind != "stdin"])
    except SyntaxError:
        return None
    marker = marker or secrets.token_hex(8)
    task = {
        "code": code,
        "driver": program,
        "checks": _checks(checks),
        "budget_s": BUDGET_S,
        "tries": MAX_TRIES,
        "each_s": EACH_S,
    }
    room = MAX_STDIN - len(msgspec.json.encode(task))
    listed = [[edit.start, edit.end, edit.text, edit.cost] for edit in edits]
    # Cut by quarters: each round encodes the list again, so by single edits the square would be paid.
    while listed and len(msgspec.json.encode(listed)) > room:
        listed = listed[: len(listed) * 3 // 4]
    asked = msgspec.json.encode({**task, "edits": listed, "marker": marker}).decode()
    return Search(trials(), asked, tuple(edits[: len(listed)]), code, marker)


def _checks(checks: Sequence[tuple[Test, str]]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    called = 0
    for test, expected in checks:
        if test.kind == "stdin":
            made.append({"stdin": test.source, "expected": expected})
            continue
        made.append({"name": f"learnflow_check_{called}", "expected": expected, "tolerance": test.tolerance})
        called += 1
    return made


def _expected(test: Test) -> str | None:
    """Write what a test expects as Python would; None for what has no such form."""
    if test.kind == "stdin" or test.raises:
        return repr(str(test.raises or test.expected))
    value = decode(test.expected)
    # Not a literal: `ast.literal_eval` in the cell could not read them back.
    return None if isinstance(value, Opaque) or "inf" in repr(value) or "nan" in repr(value) else repr(value)


def repairs(search: Search, stdout: str) -> list[Repair]:
    """Read what a search found, the smallest first."""
    found: dict[str, Repair] = {}
    for line in stdout.splitlines():
        numbers = _hit(line, search)
        if not numbers:
            continue
        chosen = tuple(search.edits[number] for number in numbers)
        code = edited(search.code, [[one.start, one.end, one.text] for one in chosen])
        if code is not None and code not in found:
            found[code] = Repair(code, chosen)
    return list(found.values())


def _hit(line: str, search: Search) -> list[int]:
    # The output holds what was printed in the tries, too. A program that guesses or reads the marker can only
    # choose among our own edits of itself.
    if not line.startswith(search.marker):
        return []
    try:
        told = msgspec.json.decode(line.removeprefix(search.marker), type=_Line)
    except msgspec.MsgspecError:
        return []
    return told.hit if all(0 <= number < len(search.edits) for number in told.hit) else []
