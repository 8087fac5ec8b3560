"""Small calls of an exercise's functions, made like those of its tests, the smallest first.

What all tests have in common is kept: types, lengths, ranges, sorted lists, no value twice. So a
program is asked nothing that the task does not promise, as far as tests show it. Of hidden tests only these
bounds count.
Cost: at most MAX_CALLS calls. It fails where a rule of the task is in no test.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from functions.analysis import source
from functions.grading.checks import Test

MAX_CALLS = 48
MAX_VALUES = 40
MAX_ITEMS = 4
MAX_POOL = 8
MAX_CHOICES = 12
# Prime, so that the choices are spread over all orders.
STRIDE = 7919
Values = list[Any]


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one function with the same number of arguments: those that may be seen, and all."""

    function: str
    shown: tuple[tuple[Any, ...], ...]
    every: tuple[tuple[Any, ...], ...]


def example_calls(tests: Sequence[Test]) -> list[str]:
    """Make calls like those of the tests, without the visible ones; none where tests are no plain calls.

    A call may happen to be that of a hidden test: nothing tells which one, and none is made of it.
    """
    known = {"".join(test.source.split()) for test in tests if not test.hidden}
    made = {call: None for calls in _calls(tests) for call in _made(calls)}
    fresh = [call for call in made if "".join(call.split()) not in known]
    return _spread(sorted(fresh, key=len), MAX_CALLS)


def _spread(ordered: Values, most: int) -> Values:
    """Keep the first ones, and of the others some of every size."""
    first, rest = ordered[: most // 3], ordered[most // 3 :]
    every = max(1, -(-len(rest) // (most - len(first)))) if rest else 1
    return [*first, *rest[::every]]


def _calls(tests: Sequence[Test]) -> list[Calls]:
    groups: dict[tuple[str, int], list[tuple[bool, tuple[Any, ...]]]] = {}
    for test in tests:
        if test.kind == "call" and not test.raises and (read := read_call(test.source)) is not None:
            name, args = read
            groups.setdefault((name, len(args)), []).append((test.hidden, args))
    return [
        Calls(name, tuple(args for hidden, args in found if not hidden), tuple(args for _, args in found))
        for (name, _), found in groups.items()
    ]


def read_call(call: str) -> tuple[str, tuple[Any, ...]] | None:
    """Read a call of a function with values written out; None for anything else."""
    try:
        node = source.parse_expression(call.strip()).body
    except SyntaxError:
        return None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return None
    try:
        return node.func.id, tuple(ast.literal_eval(arg) for arg in node.args)
    except (ValueError, TypeError, SyntaxError):
        return None


def _made(calls: Calls) -> Iterator[str]:
    places = range(len(calls.every[0]))
    pools = [like([args[place] for args in calls.every], [a[place] for a in calls.shown]) for place in places]
    bases = calls.shown[:3] or calls.every[:1]
    for place in places:
        for value in pools[place]:
            for base in bases:
                yield _written(calls.function, (*base[:place], value, *base[place + 1 :]))
    for args in itertools.islice(itertools.product(*(pool[:6] for pool in pools)), MAX_CALLS):
        yield _written(calls.function, args)


def _written(function: str, args: Iterable[Any]) -> str:
    return f"{function}({', '.join(map(repr, args))})"


def like(every: Sequence[Any], shown: Sequence[Any]) -> Values:
    """Give values like those that were seen, the smallest first."""
    kinds = {type(value) for value in every}
    if len(kinds) > 1 and not kinds <= {list, tuple} and not kinds <= {int, float}:
        return list(shown)
    kind = type(every[0])
    made: Iterable[Any] = shown
    if kind is bool:
        made = (False, True)
    elif kinds <= {int, float}:
        made = _numbers(every)
    elif kind is str:
        made = [*shown, *_texts(every, shown)]
    elif kinds <= {list, tuple}:
        made = _sequences(every, shown)
    return _spread(sorted(_different(made), key=lambda value: len(repr(value))), MAX_VALUES)


def _different(values: Iterable[Any]) -> Values:
    return list({repr(value): value for value in values}.values())


def _numbers(every: Sequence[Any]) -> Iterator[Any]:
    low, high = min(every), max(every)
    yield from every
    for value in (0, 1, 2, 3, *every):
        for near in (value, value - 1, value + 1):
            if low <= near <= high and (isinstance(near, int) or any(isinstance(v, float) for v in every)):
                yield near
    if all(isinstance(value, int) for value in every):
        yield (low + high) // 2


def _texts(every: Sequence[str], shown: Sequence[str]) -> Iterator[str]:
    shortest = min(map(len, every))
    for text in shown:
        for other in (text[:1], text[:2], text[::-1], text[1:], text[: len(text) // 2], text + text[:1]):
            if len(other) >= shortest and _same_letters(other, every):
                yield other
    if shortest == 0:
        yield ""


def _same_letters(text: str, every: Sequence[str]) -> bool:
    """Whether a text is of the same sort as all others: no blanks at its ends where none has any."""
    checks = (str.islower, str.isupper, str.isalpha, str.isdigit)
    alike = all(check(text) for check in checks if all(check(other) for other in every if other))
    return alike and (text == text.strip() or any(other != other.strip() for other in every))


def _sequences(every: Sequence[Any], shown: Sequence[Any]) -> Iterator[Any]:
    kind = type(shown[0]) if shown else type(every[0])
    items = _different(item for value in (shown or every) for item in value)
    if items and all(type(item) in (int, float) for item in items):
        items = _different([*items, *_numbers([item for value in every for item in value])])
    ranks = [_columns(value) for value in every if value]
    unique = [all(len(set(part)) == len(part) for part in parts) for parts in zip(*ranks, strict=False)]
    rising = _rise(every)
    lengths = [len(value) for value in every]
    for length in range(min(lengths), min(max(lengths), MAX_ITEMS) + 1):
        for chosen in _choices(items[:MAX_POOL], length):
            parts = zip(unique, _columns(chosen), strict=False)
            if not any(one and len(set(part)) < len(part) for one, part in parts):
                yield kind(sorted(chosen) if rising else chosen)


def _choices(items: Values, length: int) -> Iterator[Values]:
    """Choose some items in some orders, spread over all that there are, always the same ones."""
    count = len(items) ** length
    for number in range(min(count, MAX_CHOICES)):
        rest, chosen = (number if count <= MAX_CHOICES else number * STRIDE) % count, []
        for _ in range(length):
            rest, place = divmod(rest, len(items))
            chosen.append(items[place])
        yield chosen


def _columns(value: Sequence[Any]) -> list[list[str]]:
    """Split a list of tuples into its columns; any other list is one column."""
    if value and all(isinstance(item, tuple) and len(item) == len(value[0]) for item in value):
        return [[repr(part) for part in column] for column in zip(*value, strict=True)]
    return [[repr(item) for item in value]]


def _rise(every: Sequence[Any]) -> bool:
    """Whether every list is sorted, and one is long enough to tell."""
    try:
        return max(map(len, every)) > 2 and all(list(value) == sorted(value) for value in every)
    except TypeError:
        return False
