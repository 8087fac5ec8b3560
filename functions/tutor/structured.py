"""Replies that are JSON: read with care, and held against their schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import msgspec

from functions.tutor.errors import GuardFailed

FENCED = re.compile(r"^\s*```(?:json)?\s*\n(.*?)\n```\s*$", re.DOTALL)


def check_schema(reply: str, schema: Mapping[str, Any]) -> str:
    """Give the JSON text of a reply; raises GuardFailed when it is none, or not what the schema says."""
    fenced = FENCED.match(reply)
    text = fenced.group(1) if fenced else reply
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise GuardFailed(f"not JSON: {error}") from None
    problem = next(jsonschema_rs.validator_for(dict(schema)).iter_errors(value), None)
    if problem is not None:
        raise GuardFailed(f"not what the schema says: {problem.message[:200]}")
    return json.dumps(value)
