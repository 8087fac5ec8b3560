"""Reading the roster of a class: a CSV file as spreadsheets write it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from functions.gateway.errors import Invalid
from functions.gateway.models.auth import address
from functions.gateway.models.base import storable

EMAIL = ("email", "e-mail", "mail", "email address", "e-mail address")
NAME = ("name", "display_name", "display name", "full name", "student")
FIRST, LAST = ("first name", "first_name", "given name"), ("last name", "last_name", "surname", "family name")
DELIMITERS = ",;\t"
EMAIL_LENGTH, NAME_LENGTH = 254, 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One row; `problem` says why it cannot be used. Lines are counted from 1, the header included."""

    line: int
    email: str
    name: str | None
    problem: str | None = None


def read(raw: bytes) -> list[Entry]:
    """Read all rows; raises Invalid when the file as a whole cannot be read."""
    text = decoded(raw)
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
        if not set(names) & set(EMAIL):
            raise refused("the first row must name the columns, one of them `email`")
        entries = list(entries_of(rows, names))
    except csv.Error as error:
        raise refused(f"line {rows.line_num}: {error}") from None
    if not entries:
        raise refused("there are no students below the header")
    return marked(entries)


def decoded(raw: bytes) -> str:
    """Read the text of a file; raises Invalid when it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("the file is not UTF-8; save it as `CSV UTF-8`") from None


def entries_of(rows: Iterator[list[str]], names: list[str]) -> Iterator[Entry]:
    """Read the rows below the header; blank ones are left out."""
    line = 2
    for row in rows:
        values = dict(zip(names, (value.strip() for value in row), strict=False))
        if any(values.values()):
            yield entry(line, values, len(row) > len(names))
        line = rows.line_num + 1  # type: ignore[attr-defined]  # a reader knows how far it is


def entry(line: int, values: dict[str, str], too_long: bool) -> Entry:
    """Read one row."""
    email = first_of(values, EMAIL).lower()
    parts = (first_of(values, FIRST), first_of(values, LAST))
    name = first_of(values, NAME) or " ".join(part for part in parts if part)
    problem = "has more columns than the header" if too_long else problem_of(email, name)
    return Entry(line, email, name or None, problem)


def problem_of(email: str, name: str) -> str | None:
    """Say what is wrong with a row, if anything."""
    if not email:
        return "email: is missing"
    try:
        address(storable(email))
    except ValueError as error:
        return f"email: {error}"
    if len(email) > EMAIL_LENGTH:
        return f"email: must not be longer than {EMAIL_LENGTH} characters"
    try:
        storable(name)
    except ValueError as error:
        return f"name: {error}"
    return f"name: must not be longer than {NAME_LENGTH} characters" if len(name) > NAME_LENGTH else None


def marked(entries: list[Entry]) -> list[Entry]:
    """Mark rows whose address came before."""
    first: dict[str, int] = {}
    found = []
    for one in entries:
        before = first.setdefault(one.email, one.line)
        again = one.problem is None and before != one.line
        problem = f"email: is in line {before} already" if again else one.problem
        found.append(Entry(one.line, one.email, one.name, problem))
    return found


def first_of(values: dict[str, str], names: tuple[str, ...]) -> str:
    """Find the value of a column that goes by several names."""
    return next((values[name] for name in names if values.get(name)), "")


def refused(why: str) -> Invalid:
    """Say why a file cannot be read."""
    return Invalid(why, field="roster")
