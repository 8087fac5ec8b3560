"""Replies that are JSON: read with care, and held against their schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import msgspec

from functions.model.errors import GuardFailed

OBJECT = re.compile(r"\{.*\}", re.DOTALL)
TRAILING = re.compile(r",(\s*[}\]])")


def check_schema(reply: str, schema: Mapping[str, Any]) -> str:
    """Give the JSON text of a reply, repaired once when it is not JSON.

    Raises GuardFailed when it still is not JSON, or does not follow the schema.
    """
    try:
        value = msgspec.json.decode(reply)
    except (msgspec.DecodeError, RecursionError):
        value = _repaired(reply, schema)
    # Before the check: a field left out and a field of null mean the same to a model.
    value = _completed(value, schema)
    problem = next(jsonschema_rs.validator_for(dict(schema)).iter_errors(value), None)
    if problem is not None:
        raise GuardFailed(f"not what the schema says: {problem.message[:200]}")
    return json.dumps(value)


def _repaired(reply: str, schema: Mapping[str, Any]) -> object:
    """Read what models without structured output write: words around the object, a comma too many.

    Where one choice is asked for, the bare word is taken for it.
    """
    if (found := OBJECT.search(reply)) is None:
        return _chosen(reply, schema)
    try:
        return msgspec.json.decode(TRAILING.sub(r"\1", found.group()))
    except (msgspec.DecodeError, RecursionError) as error:
        raise GuardFailed(f"not JSON: {error}") from None


def _completed(value: Any, schema: Mapping[str, Any]) -> Any:
    """Put null where a model left out what may be null: strict schemas have no other way to say so."""
    if isinstance(value, list):
        return [_completed(one, schema.get("items", {})) for one in value]
    if not isinstance(value, dict):
        return value
    known: Mapping[str, Any] = schema.get("properties", {})
    left_out = {name: None for name, one in known.items() if "null" in one.get("type", ())}
    return left_out | {name: _completed(one, known.get(name, {})) for name, one in value.items()}


def _chosen(reply: str, schema: Mapping[str, Any]) -> dict[str, str]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    word = reply.strip(" .`'\"*\n").lower().replace("-", "_").replace(" ", "_")
    if len(properties) == 1:
        [(name, one)] = properties.items()
        if word in one.get("enum", ()):
            return {name: word}
    raise GuardFailed("not JSON")
