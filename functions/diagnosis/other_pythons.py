"""The same errors in the words of other Pythons and older versions, brought into those of CPython today.

MicroPython, Skulpt, Brython, Python 2, translated Windows messages and linters are known. What is not in the
table keeps its words.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from events.models import ParsedError

FILE = Path(__file__).with_name("other_pythons.toml")
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@cache
def _table() -> tuple[tuple[re.Pattern[str], re.Pattern[str], str, str], ...]:
    """Give the type it is told with and its words, as patterns, and the type and the words of today."""
    rows: list[dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["wording"]
    return tuple(
        (re.compile(row["kind"]), re.compile(row["told"]), row["type"], row["words"].strip()) for row in rows
    )


def plain_text(text: str) -> str:
    """Take the colours of a terminal out of a text."""
    return COLOURS.sub("", text)


def of_today(error: ParsedError) -> ParsedError:
    """Bring an error into the words of CPython today; one that has them already stays as it is."""
    message = plain_text(error.message).strip()
    for kind, told, today, words in _table():
        # The whole message and its type: a part of one ("not defined") is in the words of several errors.
        found = told.fullmatch(message) if kind.fullmatch(error.type) else None
        if found is not None:
            said = re.sub(r"\\(\d)", lambda group, f=found: f.group(int(group[1])) or "", words)  # type: ignore[misc]
            return replace(error, type=today, message=said.strip())
    return error if message == error.message else replace(error, message=message)
