"""Reading the rules of safety_roles.toml and safety_together.toml: roles become patterns over plain words.

What fails: clauses that are told the other way round ("it is me whom he hits"), and roles nobody listed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from events.models import Concern

FILE = Path(__file__).with_name("safety_roles.toml")
TOGETHER = Path(__file__).with_name("safety_together.toml")
# So far apart the words of one clause may be in a message.
CLAUSE = 90
GAP = re.compile(r"\.\.(\d+)")
NAME = re.compile(r"\{(\w+)\}")
QUIET = "quiet"
RULES = "rules"


@cache
def tables() -> dict[str, Any]:
    """Read the file, once per process."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def patterns(concern: Concern, name: str) -> Iterator[str]:
    """Give the patterns of a concern: those of its `rules`, or those that are `quiet`.

    `{people}` and `{kin}` are left in them: they are words of safety.toml.
    """
    for table in tables().get(concern, ()):
        yield from map(pattern_of, table.get(name, ()))


def stems() -> Iterator[str]:
    """Give the words of the places that are rare: only what is around one of them is read closely."""
    for table in (table for name, found in tables().items() if name != "roles" for table in found):
        for rule in (*table.get(RULES, ()), *table.get(QUIET, ())):
            rare = next(place for place in rule.split() if place.startswith("*"))
            yield from (max(word.split("_"), key=len) for word in rare[1:].split("|"))


@cache
def together(unmarked: Callable[[str], str]) -> dict[str, dict[Concern, list[list[str]]]]:
    """Read the groups of the other languages, written as messages are read; `unmarked` writes them so."""
    return tomllib.loads(unmarked(TOGETHER.read_text(encoding="utf-8").replace("'", "")))


def grouped(groups: list[str], *, spaced: bool) -> str:
    """Make a pattern of groups: within a clause from the first of them a word of each, in any order."""
    made = [_group(group, spaced=spaced) for group in groups]
    begins = "|".join(made)
    ahead = "".join(rf"(?=.{{0,{CLAUSE}}}?(?:{one}))" for one in made)
    return rf"(?=(?:{begins})){ahead}"


def group_stems(groups: list[str]) -> Iterator[str]:
    """Give the words of the group with the longest: what is around one of them is read closely."""
    rare = max((group.split("|") for group in groups), key=_length)
    yield from (max(word.strip("=").split(), key=len) for word in rare)


def _length(words: list[str]) -> float:
    return sum(map(len, words)) / len(words)


def _group(group: str, *, spaced: bool) -> str:
    words = group.split("|")
    if not spaced:
        return "|".join(word.strip("=") for word in words)
    return "|".join(rf"\b{word[:-1]}\b" if word.endswith("=") else rf"\b{word}" for word in words)


def pattern_of(rule: str) -> str:
    """Make a pattern of a rule."""
    return "".join(
        rf" (?:\w+ ){{0,{gap[1]}}}?" if (gap := GAP.fullmatch(part)) else _place(part)
        for part in _with_gaps(rule.split())
    )


def _with_gaps(parts: list[str]) -> Iterator[str]:
    """Put no word between two places that have no gap between them."""
    before = True
    for part in parts:
        if not before and GAP.fullmatch(part) is None and not part.startswith("!"):
            yield "..0"
        yield part
        before = GAP.fullmatch(part) is not None


def _place(part: str) -> str:
    """Make a pattern of a place; `!` says what must not follow the place before it."""
    if part.startswith("!"):
        return rf"(?! (?:{part[1:].replace('_', ' ')})\b)"
    roles: Mapping[str, str] = tables()["roles"]
    filled = NAME.sub(lambda found: roles.get(found[1], found[0]), part.removeprefix("*"))
    return rf"\b(?:{filled.replace('_', ' ')})\b"
