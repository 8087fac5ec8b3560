"""Values as JSON data: what JSON can say stays as it is, everything else is an object with a `type`.

`(1, 2)` is `{"type": "tuple", "value": [1, 2]}`; sets, bytes (hex), complex numbers, big integers, NaN and
dictionaries whose keys are not all plain text are marked the same way. A subclass carries its `class`.
Whatever has no data form is `{"type": <name>, "repr": <text>}`, which equals no expected value.
"""

from __future__ import annotations

import json
import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_DEPTH = 40
MAX_PARTS = 20_000
MAX_TEXT = 64 * 1024
_REPR = 500
_PLAIN_INT = 2**63
_BASES: tuple[type, ...] = (bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset)
_COPY: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    bytes: bytes.__bytes__,
    int: int.__pos__,
    float: float.__pos__,
    complex: complex.__pos__,
}


class _TooLarge(Exception):
    """The value has more parts than a report may have."""


def encode(value: Any) -> Any:
    """Turn a value into JSON data of bounded size."""
    try:
        data = _Encoder().encode(value, 0)
        if len(json.dumps(data)) <= MAX_TEXT:
            return data
    except _TooLarge:
        pass
    return {"type": "too_large", "class": type(value).__name__, "repr": _repr(value)}


def decode(data: Any) -> Any:
    """Turn marked JSON data back into the value; plain data stays as it is."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "type" not in data:
        return {key: decode(item) for key, item in data.items()}
    return _decode_marked(data["type"], data.get("value"))


def _decode_marked(kind: str, value: Any) -> Any:
    if kind in ("tuple", "set", "frozenset"):
        return {"tuple": tuple, "set": set, "frozenset": frozenset}[kind](decode(value))
    if kind == "dict":
        return {decode(key): decode(item) for key, item in value}
    if kind == "bytes":
        return bytes.fromhex(value)
    if kind == "complex":
        return complex(*(decode(part) for part in value))
    if kind in ("int", "float"):
        return {"int": int, "float": float}[kind](value)
    raise ValueError(f"no value has the type {kind!r}")


class _Encoder:
    """Encodes one value; exact types only, so that a subclass cannot pass for its base."""

    def __init__(self) -> None:
        self._left = MAX_PARTS

    def encode(self, value: Any, depth: int) -> Any:
        self._left -= 1
        if self._left < 0:
            raise _TooLarge
        kind = type(value)
        if depth > MAX_DEPTH:
            return {"type": "too_deep", "class": kind.__name__}
        if value is None or kind is bool:
            return value
        if kind in _BASES:
            return self._base(kind, value, depth)
        for base in _BASES:
            if issubclass(kind, base):
                return self._subclass(base, value, depth)
        return {"type": kind.__qualname__, "repr": _repr(value)}

    def _subclass(self, base: type, value: Any, depth: int) -> Any:
        data = self._base(base, _plain(base, value), depth)
        marked = isinstance(data, dict) and data.get("type") == base.__name__
        inner = data["value"] if marked else data
        return {"type": base.__name__, "class": type(value).__qualname__, "value": inner}

    def _base(self, kind: type, value: Any, depth: int) -> Any:
        if kind in (str, bytes, int, float):
            return _scalar(kind, value)
        if kind is complex:
            parts = [_scalar(float, value.real), _scalar(float, value.imag)]
            return {"type": "complex", "value": parts}
        if kind is dict:
            return self._dictionary(value, depth + 1)
        items = [self.encode(item, depth + 1) for item in value]
        if kind is list:
            return items
        if kind is tuple:
            return {"type": "tuple", "value": items}
        return {"type": kind.__name__, "value": sorted(items, key=json.dumps)}

    def _dictionary(self, value: dict[Any, Any], depth: int) -> Any:
        if "type" not in value and all(type(key) is str and _scalar(str, key) is key for key in value):
            return {key: self.encode(item, depth) for key, item in value.items()}
        pairs = [[self.encode(key, depth), self.encode(item, depth)] for key, item in value.items()]
        return {"type": "dict", "value": pairs}


def _plain(base: type, value: Any) -> Any:
    """Copy a subclass into its base without calling anything that the subclass defines."""
    if base is dict:
        return dict(dict.items(value))
    if base in _COPY:
        return _COPY[base](value)
    return base(vars(base)["__iter__"](value))


def _scalar(kind: type, value: Any) -> Any:
    if kind is bytes:
        return {"type": "bytes", "value": value.hex()}
    if kind is int:
        return value if abs(value) < _PLAIN_INT else {"type": "int", "value": _digits(value)}
    if kind is float:
        return value if math.isfinite(value) else {"type": "float", "value": repr(value)}
    try:
        value.encode()
    except UnicodeEncodeError:
        return {"type": "str", "repr": _repr(value)}
    return value


def _digits(value: int) -> str:
    try:
        return str(value)
    except ValueError:
        return f"{value:#x}"


def _repr(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:
        text = f"<repr failed: {type(error).__name__}>"
    return text[:_REPR].encode("utf-8", "backslashreplace").decode()
