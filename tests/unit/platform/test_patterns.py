"""No pattern takes time that grows with the square of what a student sends.

Every compiled pattern of the functions is run over runs of the characters that it is about itself. Processor
time of this thread is compared at two lengths, and only where it is well above what a clock can tell: a
linear pattern of ours takes some 0.2 ms for 4,000 characters, a quadratic one 40 ms and more.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import functions

USUAL = (" ", "\n", "a", "1", "a ", "\n ")
OWN = 6
SHORT, LENGTH = 500, 4_000
TELLING_S, RATIO = 0.01, 3.0
CATEGORIES = {codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a"}
# They are only ever asked at the beginning of one line, name or message, never for where they are found.
AT_THE_BEGINNING = {
    "functions.diagnosis.other_pythons._table",
    "functions.grading.stops.FENCE",
    "functions.triage.code_lines.TRACE",
    "functions.diagnosis.root_causes.LIKE_INIT",
    "functions.concepts.tellings.FIRST_SENTENCE",
}


def patterns_of(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """Find patterns in a value, whatever holds them."""
    parts: list[Any] = []
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        parts = list(value)
    elif isinstance(value, dict):
        parts = [*value, *value.values()]
    elif is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name, None) for field in fields(value)]
    for part in parts if depth < 4 else []:
        yield from patterns_of(part, depth + 1)


def loaded(value: Any) -> Any:
    """Give what a value holds, or what a function gives that reads and compiles a file once."""
    reads = hasattr(value, "cache_info") and not inspect.signature(value).parameters
    return value() if reads else value


def all_patterns() -> dict[str, list[re.Pattern[str]]]:
    """Give every pattern by the first name it has."""
    known: set[tuple[str, int]] = set()
    found: dict[str, list[re.Pattern[str]]] = {}
    for module in pkgutil.walk_packages(functions.__path__, "functions."):
        if not module.name.endswith(("__main__", ".main")):
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in patterns_of(loaded(value)):
                    if isinstance(pattern.pattern, str) and (pattern.pattern, pattern.flags) not in known:
                        known.add((pattern.pattern, pattern.flags))
                        found.setdefault(f"{module.name}.{name}", []).append(pattern)
    return found


def characters(parsed: Any) -> Iterator[str]:
    """Name the characters that a parsed pattern is about."""
    for code, value in parsed:
        if code in (codes.LITERAL, codes.RANGE):
            yield chr(value if code is codes.LITERAL else value[0])
        elif code in (codes.NOT_LITERAL, codes.NEGATE, codes.ANY):
            yield "~"
        elif code is codes.CATEGORY:
            yield CATEGORIES.get(value, "-")
        else:
            for part in inside(code, value):
                yield from characters(part)


def inside(code: Any, value: Any) -> list[Any]:
    """Give what a part of a parsed pattern is made of."""
    if code in (codes.IN, codes.ATOMIC_GROUP):
        return [value]
    if code is codes.BRANCH:
        return list(value[1])
    held = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT, codes.SUBPATTERN)
    return [value[-1]] if code in (*held, codes.ASSERT, codes.ASSERT_NOT) else []


def seconds(pattern: re.Pattern[str], unit: str, length: int, *, search: bool) -> float:
    """Take the processor time of one look through so many characters that do not fit at the end."""
    text = (unit * length)[:length] + "\x01"
    began = time.thread_time()
    if search:
        for _ in pattern.finditer(text):
            pass
    else:
        pattern.match(text)
    return time.thread_time() - began


def is_quadratic(pattern: re.Pattern[str], unit: str, *, search: bool) -> bool:
    """Compare two lengths, from short to long: the worst patterns are told before they take minutes."""
    if min(seconds(pattern, unit, SHORT, search=search) for _ in range(2)) > TELLING_S:
        return True
    if seconds(pattern, unit, LENGTH, search=search) < TELLING_S:
        return False
    once = min(seconds(pattern, unit, LENGTH, search=search) for _ in range(3))
    twice = min(seconds(pattern, unit, 2 * LENGTH, search=search) for _ in range(3))
    return once > TELLING_S and twice / once > RATIO


@pytest.mark.parametrize("pattern", [r"\s*\.?(?:Did you)", r"[\w.]+@\w+", r"(\w+)\(\) takes"], ids=str)
def test_a_quadratic_pattern_is_seen(pattern: str) -> None:
    compiled = re.compile(pattern)
    assert any(is_quadratic(compiled, unit, search=True) for unit in USUAL)


def test_no_pattern_of_ours_is_quadratic() -> None:
    slow = []
    for name, patterns in all_patterns().items():
        for pattern in patterns:
            own = sorted(set(characters(_parser.parse(pattern.pattern, pattern.flags))))
            # spread over the alphabet of the pattern: signs come first, letters last
            units = {*USUAL, *own[:: max(1, len(own) // OWN)]}
            search = name not in AT_THE_BEGINNING
            slow += [(name, unit) for unit in sorted(units) if is_quadratic(pattern, unit, search=search)]
    assert not slow, slow
