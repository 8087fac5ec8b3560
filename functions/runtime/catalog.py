"""The event types: which model, topic and schema belongs to which type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

import jsonschema_rs
import msgspec

from events import models
from functions.runtime.errors import HIDDEN, Malformed, redacted

SCHEMAS = Path(models.__file__).parent / "schemas"
NOTHING: Mapping[str, Any] = MappingProxyType({})


class EventData(Protocol):
    """Any generated event model: all of them are about one student."""

    @property
    def student_id(self) -> UUID:
        """Whom the event is about."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type with all that belongs to it; `outside` names the attribute that says a field already."""

    name: str
    topic: str
    schema_id: str
    model: type[EventData]
    validator: jsonschema_rs.Draft202012Validator
    outside: Mapping[str, str]

    def check(self, data: object) -> None:
        """Check data against the schema; raises Malformed naming the field."""
        error = next(iter(self.validator.iter_errors(data)), None)
        if error is not None:
            where = "/".join(str(step) for step in error.instance_path) or "data"
            raise Malformed("schema", f"{self.name}: {where}: {error.message}")

    def decode(self, data: object, attributes: Mapping[str, Any] = NOTHING) -> EventData:
        """Check data against the schema and build the model; raises Malformed naming the field."""
        data = self.complete(data, attributes)
        self.check(data)
        try:
            return msgspec.convert(data, self.model)
        except msgspec.ValidationError as error:
            # what a schema's formats let pass, such as a leap second
            raise Malformed("schema", f"{self.name}: {redacted(error)}") from error

    def complete(self, data: object, attributes: Mapping[str, Any]) -> object:
        """Take from the attributes what they say already and other producers do not repeat."""
        if not isinstance(data, dict):
            return data
        said = {field: attributes[name] for field, name in self.outside.items() if name in attributes}
        return {**said, **data}

    def encode(self, event: EventData) -> bytes:
        """Write the data of an event, checked against its schema; raises Malformed when we built it wrong."""
        data = without_none(msgspec.to_builtins(event))
        self.check(data)
        return msgspec.json.encode(data)


def without_none(node: Any) -> Any:
    """Leave out the fields that are None."""
    if isinstance(node, dict):
        return {key: without_none(value) for key, value in node.items() if value is not None}
    if isinstance(node, list):
        return [without_none(value) for value in node]
    return node


@cache
def by_name() -> Mapping[str, EventType]:
    """Read all event types, by type name."""
    return {kind.name: kind for kind in map(read, sorted(SCHEMAS.glob("*.json")))}


@cache
def by_model() -> Mapping[type[EventData], EventType]:
    """All event types, by their model."""
    return {kind.model: kind for kind in by_name().values()}


def read(path: Path) -> EventType:
    """Read one schema file."""
    schema = json.loads(path.read_text())
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, mask=HIDDEN)
    model = getattr(models, schema["title"])
    fields = schema["properties"].items()
    outside = {name: field["x-attribute"] for name, field in fields if "x-attribute" in field}
    return EventType(schema["x-type"], schema["x-topic"], schema["$id"], model, validator, outside)
