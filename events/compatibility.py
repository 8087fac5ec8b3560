"""Whether two versions of an event's schema accept each other's events, as a canary and a replay need.

Both ways at once leaves little to decide: what both know is the same, and what only one knows is optional.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# x-attribute lets a reader take more than the schema says, never less; x-vocabulary names a type for Python
WORDS = frozenset(
    {"title", "description", "$schema", "$id", "examples", "x-attribute", "x-vocabulary", "x-values"}
)
NESTED = frozenset({"properties", "items", "required"})
Schema = Mapping[str, Any]


def differences(one: Schema, other: Schema, path: str = "data") -> Iterator[str]:
    """Yield what events of one schema the other would refuse, naming the field."""
    for keyword in sorted((set(one) | set(other)) - WORDS - NESTED):
        if _set(one.get(keyword)) != _set(other.get(keyword)):
            yield f"{path}: {keyword} was {one.get(keyword)!r} and is {other.get(keyword)!r}"
    for field in sorted(set(one.get("required", ())) ^ set(other.get("required", ()))):
        yield f"{path}.{field} is required by one alone"
    mine, theirs = one.get("properties", {}), other.get("properties", {})
    for field in sorted(set(mine) & set(theirs)):
        yield from differences(mine[field], theirs[field], f"{path}.{field}")
    if ("items" in one) != ("items" in other):
        yield f"{path}: items are described by one alone"
    elif "items" in one:
        yield from differences(one["items"], other["items"], f"{path}[]")


def _set(value: object) -> object:
    return frozenset(map(str, value)) if isinstance(value, list) else value
