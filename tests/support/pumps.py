"""Texts that make a regular expression work: its own characters, again and again.

For every pattern a sample of each element of its parse is taken (a letter of a set, a literal, a character of
a category). Pumps are single samples and neighbours in the pattern; a text is a head that the pattern may
begin with, a pump repeated, and a tail that no pattern ends with.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from operator import itemgetter
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

SAMPLES = {
    ops.CATEGORY_DIGIT: "1",
    ops.CATEGORY_NOT_DIGIT: "a",
    ops.CATEGORY_SPACE: " ",
    ops.CATEGORY_NOT_SPACE: "a",
    ops.CATEGORY_WORD: "a",
    ops.CATEGORY_NOT_WORD: " ",
}
TAIL = "\x00"
MAX_PUMPS = 12


def compiled_patterns(package: ModuleType) -> dict[str, re.Pattern[str]]:
    """Every compiled pattern that a package's modules hold, by where it is; those in containers too."""
    found: dict[str, re.Pattern[str]] = {}
    for module in modules(package):
        for name, value in list(vars(module).items()):
            for number, pattern in enumerate(_patterns_in(value, depth=4)):
                if isinstance(pattern.pattern, str):
                    found.setdefault(pattern.pattern, pattern)
                    found[f"{module.__name__}.{name}#{number}"] = found.pop(pattern.pattern)
    unique: dict[tuple[str, int], str] = {}
    for place, pattern in found.items():
        unique.setdefault((pattern.pattern, pattern.flags), place)
    return {place: found[place] for place in unique.values()}


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """All modules of a package, but those that run something when they are imported."""
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def _patterns_in(value: Any, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth == 0 or isinstance(value, str | bytes | type):
        return
    elif isinstance(value, dict):
        yield from (p for one in value.values() for p in _patterns_in(one, depth - 1))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (p for one in value for p in _patterns_in(one, depth - 1))
    elif is_dataclass(value):
        yield from (p for f in fields(value) for p in _patterns_in(getattr(value, f.name), depth - 1))
    elif hasattr(value, "cache_info") and callable(value) and not value.__wrapped__.__code__.co_argcount:
        yield from _patterns_in(value(), depth - 1)


def samples(pattern: re.Pattern[str]) -> list[str]:
    """A character for each element of a pattern, in order."""
    return list(_samples(parser.parse(pattern.pattern, pattern.flags)))


# Where the argument of an element holds the elements inside it.
INSIDE: dict[Any, Callable[[Any], Any]] = {
    ops.MAX_REPEAT: itemgetter(2),
    ops.MIN_REPEAT: itemgetter(2),
    ops.POSSESSIVE_REPEAT: itemgetter(2),
    ops.SUBPATTERN: itemgetter(3),
    ops.ATOMIC_GROUP: lambda arg: arg,
    ops.ASSERT: itemgetter(1),
    ops.ASSERT_NOT: itemgetter(1),
}


def _samples(items: Iterable[Any]) -> Iterator[str]:
    for op, arg in items:
        if op is ops.LITERAL:
            yield chr(arg)
        elif op is ops.NOT_LITERAL:
            yield "a" if arg != ord("a") else "b"
        elif op is ops.ANY:
            yield "a"
        elif op is ops.IN:
            yield from _of_set(arg)
        elif op is ops.BRANCH:
            for branch in arg[1][:12]:
                yield from _samples(branch)
        elif op in INSIDE:
            yield from _samples(INSIDE[op](arg))


def _of_set(items: list[Any]) -> Iterator[str]:
    if items[0][0] is ops.NEGATE:
        yield next(c for c in "a1 .-x" if not any(_holds(item, c) for item in items[1:]))
        return
    for op, arg in items[:4]:
        if op is ops.LITERAL:
            yield chr(arg)
        elif op is ops.RANGE:
            yield chr(arg[0])
        elif op is ops.CATEGORY:
            yield SAMPLES[arg]


def _holds(item: Any, character: str) -> bool:
    op, arg = item
    if op is ops.LITERAL:
        return bool(arg == ord(character))
    if op is ops.RANGE:
        return bool(arg[0] <= ord(character) <= arg[1])
    return bool(op is ops.CATEGORY and SAMPLES[arg] == character)


def texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of about `length` characters for a pattern to work on."""
    chars = samples(pattern)
    singles = list(dict.fromkeys([*chars, "\n", " "]))
    pairs = [a + b for a, b in pairwise(chars) if a != b]
    pumps = list(dict.fromkeys([*singles[:8], *pairs]))[:MAX_PUMPS]
    heads = ["", "".join(chars[:6])]
    for pump in pumps:
        for head in dict.fromkeys(heads):
            yield head + pump * (length // len(pump)) + TAIL


def seconds(pattern: re.Pattern[str], text: str, tries: int = 1) -> float:
    """The least processor time of a search through a text."""
    best = float("inf")
    gc.disable()
    try:
        for _ in range(tries):
            began = time.process_time()
            for _ in pattern.finditer(text):
                pass
            best = min(best, time.process_time() - began)
    finally:
        gc.enable()
    return best
