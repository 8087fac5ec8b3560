"""What a task promises of the lists that it is given, read from its tests and the words of its text.

A list that is in order in every test of three items or more stays in order, and so does one where the text
speaks of sorted input. Where the text excludes repeats, what never repeats in a test never repeats. Read from
words and few examples, so it may keep a promise that nobody gave: an input is then missed, and none is wrong.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from functions.analysis import source
from functions.grading.checks import Test

# What comes in is in order: not what a program gives back. Whoever searches often searches what is in order.
IN_ORDER = re.compile(
    r"\b(?:is|are|already|in|given|takes?|and|of|from|an?) (?:sorted|ordered|ascending|increasing)\b"
    r"|\bsearch\b|\bbisect"
)
RESULT = re.compile(r"\b(?:returns?|gives?|prints?|makes?|sorts?)\b(?: \w+){0,2} (?:sorted|ordered)\b")
NO_REPEATS = re.compile(
    r"\bno two\b|\b(?:distinct|unique|duplicates?|no repeat\w*|without repeat\w*|exactly once|only once)\b"
)
MIN_ITEMS = 3
MIN_LISTS = 3
Column = int | None


@dataclass(frozen=True, slots=True)
class Promises:
    """Places whose lists are in order, and columns (None: the items) in which nothing comes twice."""

    ordered: frozenset[str] = frozenset()
    distinct: frozenset[tuple[str, Column]] = frozenset()


def promised(tests: Sequence[Test], text: str) -> Promises:
    """Read what the tests and the text promise."""
    lists: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for test in tests:
        if test.kind != "stdin":
            for key, _, items in _lists(source.parse(test.source)):
                lists[key].append(items)
    said, lowered = text.lower(), " ".join(text.lower().split())
    told = bool(IN_ORDER.search(RESULT.sub("", lowered)))
    ordered = {key for key, found in lists.items() if _ordered(found, told)}
    distinct = {(key, column) for key, found in lists.items() for column in _distinct(found)}
    return Promises(frozenset(ordered), frozenset(distinct if NO_REPEATS.search(said) else ()))


def kept(call: str, promises: Promises) -> str:
    """Change the lists of a call so that the promises hold."""
    tree = source.parse(call)
    for key, node, items in list(_lists(tree)):
        made = list(items)
        for column in [column for place, column in promises.distinct if place == key]:
            made = _once(made, column)
        if key in promises.ordered and _comparable(made):
            made.sort()
        if made != list(items):
            node.elts = [ast.parse(repr(item), mode="eval").body for item in made]
    return ast.unparse(tree)


def _lists(tree: ast.AST) -> Iterator[tuple[str, ast.List | ast.Tuple, Sequence[Any]]]:
    """Give the lists and tuples that calls are given, with the name of their place."""
    for node in ast.walk(tree):
        for number, value in enumerate(node.args if isinstance(node, ast.Call) else ()):
            if isinstance(value, ast.List | ast.Tuple) and isinstance(node, ast.Call):
                try:
                    items = ast.literal_eval(value)
                except (ValueError, TypeError):
                    continue
                yield f"{ast.unparse(node.func)[-60:]}/{number}", value, items


def _ordered(found: Iterable[Sequence[Any]], told: bool) -> bool:
    least = 2 if told else MIN_ITEMS
    long = [items for items in found if len(items) >= least]
    enough = len(long) >= (1 if told else MIN_LISTS)
    return enough and all(_comparable(items) and list(items) == sorted(items) for items in found)


def _comparable(items: Sequence[Any]) -> bool:
    return all(isinstance(item, int | float) for item in items) or all(
        isinstance(item, str) for item in items
    )


def _distinct(found: Sequence[Sequence[Any]]) -> Iterator[Column]:
    """Give the columns in which nothing comes twice in any of the lists."""
    widths = {len(item) if isinstance(item, tuple) else 0 for items in found for item in items}
    columns: Iterable[Column] = range(widths.pop()) if len(widths) == 1 and 0 not in widths else (None,)
    for column in columns:
        if all(len(_once(items, column)) == len(items) for items in found):
            yield column


def _once(items: Sequence[Any], column: Column) -> list[Any]:
    """Leave out what repeats an item, or its part in a column."""
    seen = dict[str, Any]()
    for item in items:
        inside = isinstance(item, tuple) and column is not None and column < len(item)
        seen.setdefault(repr(item[column] if inside else item), item)
    return list(seen.values())
