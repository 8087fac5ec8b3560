"""Values of a student's program: read from marked JSON data, compared and shown, all outside that program.

A value crosses from the learner's process as marked JSON, is read into Python values that run no code of the
learner's, and is compared with the expected one: types count, floats within 1e-9, sets without order. Cost:
linear in the value. Objects of the learner's own classes have no data form: they are opaque, and equal to
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

SHOWN = 200
CLOSE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """A value that has no data form; it equals nothing, not even itself."""

    kind: str
    text: str


def decode(data: Any) -> Any:
    """Read marked JSON data, a subclass as its base; whatever cannot be read is opaque."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    # A plain object of JSON: a dictionary whose keys are all strings.
    if "type" not in data:
        return {key: decode(item) for key, item in data.items()}
    kind = str(data["type"])
    try:
        return READERS[kind](data["value"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return Opaque(kind, str(data.get("repr", "")))


def _pairs(value: Any) -> dict[Any, Any]:
    if isinstance(value, dict):
        return {key: decode(item) for key, item in value.items()}
    return {decode(key): decode(item) for key, item in value}


def _integer(value: Any) -> int:
    # Large integers come in hexadecimal: reading decimal digits by the thousand is refused by Python.
    return int(value, 0) if isinstance(value, str) and value.startswith(("0x", "-0x")) else int(value)


READERS: dict[str, Callable[[Any], Any]] = {
    "bytes": bytes.fromhex,
    "complex": lambda value: complex(*(decode(part) for part in value)),
    "dict": _pairs,
    "float": float,
    "frozenset": lambda value: frozenset(decode(value)),
    "int": _integer,
    "list": lambda value: list(decode(value)),
    "set": lambda value: set(decode(value)),
    "str": str,
    "tuple": lambda value: tuple(decode(value)),
}


def same(expected: Any, actual: Any, tolerance: float | None = None) -> bool:
    """Whether a value is the expected one: types count (True is not 1), floats are close, sets have no order.

    With a tolerance, whole and decimal numbers may stand for one another, that far apart.
    """
    if isinstance(expected, Opaque) or isinstance(actual, Opaque):
        return False
    if _is_number(expected) and _is_number(actual):
        return _same_number(expected, actual, tolerance)
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, list | tuple):
        return len(expected) == len(actual) and all(
            same(one, other, tolerance) for one, other in zip(expected, actual, strict=True)
        )
    if isinstance(expected, dict):
        return _same_dictionary(expected, actual, tolerance)
    return _frozen(expected) == _frozen(actual)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same_number(expected: float, actual: float, tolerance: float | None) -> bool:
    # Without a tolerance 2 is not 2.0: a task that asks for a whole number means it.
    if tolerance is None and type(expected) is not type(actual):
        return False
    if isinstance(expected, int) and isinstance(actual, int) and not tolerance:
        return expected == actual
    try:
        one, other = float(expected), float(actual)
    except OverflowError:
        return expected == actual
    # As a result nan is what was expected, though it equals nothing.
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=tolerance or CLOSE)


def _same_dictionary(expected: dict[Any, Any], actual: dict[Any, Any], tolerance: float | None) -> bool:
    # Frozen keys: 1, 1.0 and True are one key to Python and three here.
    others = {_frozen(key): value for key, value in actual.items()}
    return len(expected) == len(others) and all(
        (frozen := _frozen(key)) in others and same(value, others[frozen], tolerance)
        for key, value in expected.items()
    )


def _frozen(value: Any) -> Hashable:
    """Give a form that is equal only for equal values of equal types."""
    if isinstance(value, tuple):
        return (tuple, tuple(_frozen(item) for item in value))
    if isinstance(value, set | frozenset):
        return (type(value), frozenset(_frozen(item) for item in value))
    return (type(value), value)


def show(value: Any) -> str:
    """Write a value as Python would, cut when it is long."""
    try:
        text = value.text or f"<{value.kind}>" if isinstance(value, Opaque) else repr(value)
    except ValueError:
        return "a number with thousands of digits"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def type_name(value: Any) -> str:
    """Name the type of a value."""
    return value.kind if isinstance(value, Opaque) else type(value).__name__
