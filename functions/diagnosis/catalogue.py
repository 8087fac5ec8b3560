"""The catalogue of faults, read from the TOML files in faults/.

Errors are matched by type, message and line, in the order of their files; everything else is found by its id.
Cost: the files are read once a process, then one search for each fault until one fits. An error that no entry
fits is `other-error`: explained, without a cause.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from events.models import HintLevel, Topic

TIERS: tuple[HintLevel, ...] = get_args(HintLevel)
FOLDER = Path(__file__).parent
WHERE = "Look closely at line {line}."
WORKED = "Compare your line with a program that does it right, character by character."


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault and what is said about it at each step; {name} and the like are filled in later."""

    id: str
    title: str
    topic: Topic
    concept: str
    nudge: str
    where: str
    how: str
    worked: str
    example: str
    error: re.Pattern[str] | None = None
    message: re.Pattern[str] | None = None
    source: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Faults that show as an error, in the order they are tried, or by silence, a result, or a solution."""

    errors: tuple[Fault, ...]
    silent: Mapping[str, Fault]
    wrong: Mapping[str, Fault]
    near: Mapping[str, Fault]

    def find(self, fault_id: str) -> Fault:
        """Give a fault by its id."""
        every = (*self.errors, *self.silent.values(), *self.wrong.values(), *self.near.values())
        return next(fault for fault in every if fault.id == fault_id)


@cache
def catalogue() -> Catalogue:
    """Read all faults, once per process."""
    every = [entry for name in ("habits", "messages", "syntax", "runtime") for entry in _entries(name)]
    by_id = {entry["id"]: entry for entry in every}
    errors = [_fault(_completed(entry, by_id)) for entry in every]
    # A fault for every message of its type must not hide one that knows the message.
    general = [fault for fault in errors if fault.message is not None and fault.message.pattern == ".*"]
    special = [fault for fault in errors if fault not in general]
    named = ({entry["id"]: _fault(entry) for entry in _entries(name)} for name in ("silent", "wrong", "near"))
    silent, wrong, near = named
    return Catalogue(errors=(*special, *general), silent=silent, wrong=wrong, near=near)


def match(kind: str, message: str, source: str) -> tuple[Fault, dict[str, str]]:
    """Find the fault behind an error, with the words its message names; `source` is the line it points to.

    Faults that look at the source line as well come first, and one that fits everything comes last.
    """
    candidates = catalogue().errors
    for fault in (*filter(_reads_source, candidates), *candidates):
        found = _fits(fault, kind, message, source)
        if found is not None:
            return fault, {name: value for name, value in found.groupdict().items() if value}
    raise LookupError("the catalogue has no fault that fits everything")


def _reads_source(fault: Fault) -> bool:
    return fault.source is not None


def _fits(fault: Fault, kind: str, message: str, source: str) -> re.Match[str] | None:
    if fault.error is None or fault.message is None or not fault.error.fullmatch(kind):
        return None
    if fault.source is not None and not fault.source.search(source):
        return None
    return fault.message.search(message)


def _entries(name: str) -> list[dict[str, str]]:
    data: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    entries: list[dict[str, str]] = data["fault"]
    return entries


def _completed(entry: dict[str, str], by_id: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """Fill in what a short entry leaves out: a line that can't be read, or one that stopped."""
    if "worked" in entry:
        return entry
    unreadable = entry.get("error", "SyntaxError").startswith("SyntaxError")
    general = by_id["invalid-syntax" if unreadable else "other-error"]
    usual = {"error": "SyntaxError", "message": "^", "where": WHERE, "worked": WORKED}
    return {**usual, "example": general["example"], **entry}


def _fault(entry: dict[str, str]) -> Fault:
    return Fault(
        id=entry["id"],
        title=entry["title"],
        topic=cast(Topic, entry["topic"]),
        concept=entry["concept"],
        nudge=entry["nudge"],
        where=entry["where"],
        how=entry["how"],
        worked=entry["worked"],
        example=entry["example"],
        error=_pattern(entry, "error"),
        message=_pattern(entry, "message"),
        source=_pattern(entry, "source"),
    )


def _pattern(entry: dict[str, str], key: str) -> re.Pattern[str] | None:
    return re.compile(entry[key]) if key in entry else None
