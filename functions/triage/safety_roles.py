"""Reading the rules of safety_roles.toml and safety_together.toml: roles become patterns over plain words.

What fails: clauses that are told the other way round ("it is me whom he hits"), and roles nobody listed.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from events.models import Concern

FILE = Path(__file__).with_name("safety_roles.toml")
TOGETHER = Path(__file__).with_name("safety_together.toml")
# So far apart the words of one clause may be in a message.
CLAUSE = 90
MIN_STEM = 3
GAP = re.compile(r"\.\.(\d+)")
NAME = re.compile(r"\{(\w+)\}")
QUIET = "quiet"
RULES = "rules"


@cache
def tables() -> dict[str, Any]:
    """Read the file, once per process."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Rule:
    """A concern as roles tell it; `quiet` rules don't count where the message speaks of a program."""

    concern: Concern
    pattern: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class RoleIndex:
    """The rules by their rare words: whole words, and the beginnings of words of other languages."""

    rules: tuple[Rule, ...]
    whole: Mapping[str, tuple[int, ...]]
    begun: Mapping[str, tuple[int, ...]]

    def near(self, words: Iterable[str]) -> list[Rule]:
        """Give the rules of which a rare word is among the words: nearly all messages have none."""
        hits = {number for word in set(words) for number in self._of(word)}
        return [self.rules[number] for number in sorted(hits)]

    def _of(self, word: str) -> Iterator[int]:
        yield from self.whole.get(word, ())
        for length in range(MIN_STEM, len(word) + 1):
            yield from self.begun.get(word[:length], ())


def index(filled: Callable[[str], str], others: Iterable[tuple[Concern, list[str]]]) -> RoleIndex:
    """Index the rules; `filled` puts words in the place of their names, `others` are of other languages."""
    rules: list[Rule] = []
    whole: dict[str, list[int]] = defaultdict(list)
    begun: dict[str, list[int]] = defaultdict(list)
    for concern, rule, quiet in _written():
        for word in _rare(rule):
            whole[word].append(len(rules))
        rules.append(Rule(concern, filled(pattern_of(rule)), quiet))
    for concern, groups in others:
        for word in group_stems(groups):
            begun[word].append(len(rules))
        rules.append(Rule(concern, grouped(groups, spaced=True)))
    frozen = ({word: tuple(found) for word, found in table.items()} for table in (whole, begun))
    return RoleIndex(tuple(rules), *frozen)


def _written() -> Iterator[tuple[Concern, str, bool]]:
    for concern, found in tables().items():
        for table in found if concern != "roles" else ():
            yield from ((cast(Concern, concern), rule, False) for rule in table.get(RULES, ()))
            yield from ((cast(Concern, concern), rule, True) for rule in table.get(QUIET, ()))


def _rare(rule: str) -> Iterator[str]:
    """Give the words of the place that is rare."""
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
