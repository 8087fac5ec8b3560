"""Values written shortly, without running a line of the learner's: the first half of what is sent to a cell.

Cost: bounded by MAX_ITEMS and MAX_DEPTH, whatever the size of the value. A change beyond the first items of a
container shows only in its length.
"""

from __future__ import annotations

import itertools
from types import FunctionType
from typing import Any

MAX_SHOWN = 60
MAX_ITEMS = 8
MAX_DEPTH = 3
PLAIN = (type(None), bool, int, float, complex, bytes, range, slice, type(...), type(NotImplemented))


def shown(value: Any, depth: int = 0) -> str:
    """Write a value shortly; objects are shown by their attributes."""
    # Not `isinstance`: a subclass of the learner's may have a `__len__` or `__repr__` of its own.
    kind = type(value)
    # Decimal digits of a huge number take the square of its length to write, and Python refuses beyond 4,300.
    if kind is int and value.bit_length() > 4 * MAX_SHOWN:
        return f"<a number of {value.bit_length()} bits>"
    if kind is str:
        return repr(value) if len(value) <= MAX_SHOWN else repr(value[:MAX_SHOWN]) + "..."
    if kind in PLAIN:
        return repr(value[:MAX_SHOWN]) if kind is bytes else repr(value)
    if depth > MAX_DEPTH:
        return "..."
    if kind in (list, tuple, set, frozenset, dict):
        return _container(value, kind, depth)
    if isinstance(value, FunctionType | type):
        return f"<{'class' if isinstance(value, type) else 'function'} {value.__name__}>"
    return _object(value, kind, depth)


def _container(value: Any, kind: type, depth: int) -> str:
    size = len(value)
    if not size:
        return repr(value)
    first = list(itertools.islice(value.items() if kind is dict else iter(value), MAX_ITEMS))
    if kind is dict:
        parts = [f"{shown(key, depth + 1)}: {shown(item, depth + 1)}" for key, item in first]
    else:
        parts = [
            # The order of a set differs from run to run, and two runs are compared line by line.
            shown(item, depth + 1)
            for item in (sorted(first, key=repr) if _sortable(first, kind) else first)
        ]
    inner = ", ".join(parts) + (f", ... ({size} in all)" if size > MAX_ITEMS else "")
    if kind is frozenset:
        return f"frozenset({{{inner}}})"
    if kind is tuple:
        return f"({inner},)" if size == 1 else f"({inner})"
    return f"[{inner}]" if kind is list else f"{{{inner}}}"


def _sortable(items: list[Any], kind: type) -> bool:
    return kind in (set, frozenset) and all(type(item) in (str, int, float, bool) for item in items)


def _object(value: Any, kind: type, depth: int) -> str:
    """Show an object of the learner's by its attributes; one of a library's by its own repr."""
    if kind.__module__ != "__main__":
        return _of_library(value, kind)
    if isinstance(value, list | tuple | set | dict):
        plain = next(base for base in (list, tuple, set, dict) if isinstance(value, base))
        return f"{kind.__name__}({shown(plain(value), depth + 1)})"
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        held = {}
    if "_name_" in held:
        return f"{kind.__name__}.{held['_name_']}"
    if isinstance(value, BaseException) and not held:
        return f"{kind.__name__}{shown(value.args, depth + 1)}"
    first = itertools.islice(held.items(), MAX_ITEMS)
    return f"{kind.__name__}({', '.join(f'{name}={shown(item, depth + 1)}' for name, item in first)})"


def _of_library(value: Any, kind: type) -> str:
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # whatever a repr raises, the value is still there
        text = " at 0x"
    # An address is another in every run.
    if " at 0x" in text:
        return f"<{kind.__name__}>"
    return text if len(text) <= 2 * MAX_SHOWN else text[: 2 * MAX_SHOWN] + "..."
