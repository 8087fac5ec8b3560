"""What of a teacher's exercise cannot be right, told from its text alone; what it does is proven later."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator
from dataclasses import dataclass, replace

from functions.analysis import source
from functions.authoring.content import Authored, AuthoredTest, fill

MAX_ROWS = 12
NO_EXPRESSION = "is not a Python expression"
NO_LITERAL = "is not a Python literal, such as 3, 'text' or [1, 2]"
# What belongs to the other kind of test.
FOREIGN = {"call": ("stdin",), "program": ("call", "expected", "raises")}


@dataclass(frozen=True, slots=True)
class Fault:
    """A field, by the steps to it, and what is wrong with it."""

    field: tuple[str | int, ...]
    message: str


def faults(exercise: Authored) -> list[Fault]:
    """List what is wrong, with the field that it is in."""
    found = list(_of_values(exercise))
    if not found:
        found += _of_tests(exercise)
    if exercise.requires is not None and not _is_expression(exercise.requires):
        found.append(Fault(("requires",), NO_EXPRESSION))
    return found


def _of_values(exercise: Authored) -> Iterator[Fault]:
    lengths = {len(column) for column in exercise.values.values()}
    for name, column in exercise.values.items():
        if not name.isidentifier() or keyword.iskeyword(name):
            yield Fault(("values", name), "is not a name: use letters, digits and underscores")
        if len(column) != max(lengths) or not column:
            yield Fault(("values", name), f"must have {max(lengths) or 1} values, as many as the others")
    if exercise.values and max(lengths) > MAX_ROWS:
        yield Fault(("values",), f"must have at most {MAX_ROWS} rows")


def _of_tests(exercise: Authored) -> Iterator[Fault]:
    names = set[str]()
    for number, test in enumerate(exercise.tests):
        if test.name in names:
            yield Fault(("tests", number, "name"), "is the name of another test")
        names.add(test.name)
        for field, message in _of_test(test, exercise):
            yield Fault(("tests", number, field), message)


def _of_test(test: AuthoredTest, exercise: Authored) -> Iterator[tuple[str, str]]:
    for field in FOREIGN[test.kind]:
        if getattr(test, field) is not None:
            yield field, f"is not for a test of kind `{test.kind}`"
    if test.kind == "program":
        # With a table of values the solution says what comes of each row.
        if test.stdout is None and not exercise.values:
            yield "stdout", "is missing: what should the program print?"
        return
    if not test.call:
        yield "call", "is missing: which expression should be tested?"
        return
    given = [name for name in ("expected", "stdout", "raises") if getattr(test, name) is not None]
    if not given and not exercise.values:
        yield "expected", "is missing: what should the call give?"
    for name in given[1:]:
        yield name, f"is one too many: the test says `{given[0]}` already"
    yield from _of_texts(test, exercise)


def _of_texts(test: AuthoredTest, exercise: Authored) -> Iterator[tuple[str, str]]:
    """Read what is code, as it is in every row of the table."""
    for row in exercise.rows:
        if not _is_expression(call := fill(test.call or "", row)):
            yield "call", f"{NO_EXPRESSION}{_as_filled(test.call, call)}"
            break
    for row in exercise.rows:
        if test.expected is not None and not source.is_literal(written := fill(test.expected, row)):
            yield "expected", f"{NO_LITERAL}{_as_filled(test.expected, written)}"
            break
    if test.raises is not None and not _is_error(test.raises):
        yield "raises", "is not the name of an error, such as ValueError"


def _as_filled(text: str | None, filled: str) -> str:
    return "" if text == filled else f": `{filled}`"


def _is_expression(text: str) -> bool:
    try:
        source.parse_expression(text.strip())
    except SyntaxError:
        return False
    return True


def _is_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    # An error of the solution's own is known to the program alone.
    return (isinstance(kind, type) and issubclass(kind, BaseException)) or (
        kind is None and name.isidentifier()
    )


def without_empty(test: AuthoredTest) -> AuthoredTest:
    """Leave out what is empty and not for this kind of test."""
    if test.kind == "call":
        return replace(test, stdin=test.stdin or None, stdout=test.stdout or None)
    return replace(
        test,
        call=test.call or None,
        expected=test.expected or None,
        raises=test.raises or None,
        tolerance=None,
    )
