"""The AsyncAPI 3 document, derived from the event schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from events.version import VERSION

DEAD_LETTER = "learnflow.dead-letter"
REQUIRED = ("specversion", "id", "source", "type", "time", "dataschema", "subject")
EXTENSIONS = ("partitionkey", "correlationid", "causationid", "traceparent")


def document(schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Build the AsyncAPI document: a channel per topic, a message per event type."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "LearnFlow events",
            "version": VERSION,
            "description": "CloudEvents 1.0 in binary mode with JSON data; one message per event type.",
        },
        "defaultContentType": "application/json",
        "channels": channels(schemas),
        "operations": operations(schemas),
        "components": {
            "messages": {schema["title"]: message(schema) for schema in schemas},
            "messageTraits": {"cloudevent": {"headers": headers()}},
        },
    }


def channels(schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Describe each topic with the messages it carries; the dead letter carries any of them."""
    topics = sorted({schema["x-topic"] for schema in schemas})
    table = {name: channel(name, [s for s in schemas if s["x-topic"] == name]) for name in topics}
    return {**table, DEAD_LETTER: channel(DEAD_LETTER, schemas)}


def channel(topic: str, schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Describe one topic."""
    references = {s["title"]: {"$ref": f"#/components/messages/{s['title']}"} for s in schemas}
    return {"address": topic, "messages": references, "bindings": {"kafka": {"topic": topic}}}


def operations(schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Say that each topic is both published to and consumed from."""
    topics = sorted({schema["x-topic"] for schema in schemas})
    return {
        f"{verb}.{topic}": {"action": action, "channel": {"$ref": f"#/channels/{topic}"}}
        for topic in topics
        for verb, action in (("publish", "send"), ("consume", "receive"))
    }


def message(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe one event type; its payload is the schema itself."""
    return {
        "name": schema["x-type"],
        "title": schema["title"],
        "summary": schema["description"],
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {key: value for key, value in schema.items() if not key.startswith("x-")},
        "bindings": {"kafka": {"key": {"type": "string", "description": "The student's id."}}},
    }


def headers() -> dict[str, Any]:
    """List the CloudEvents attributes as Kafka headers."""
    required = [f"ce_{name}" for name in REQUIRED]
    properties = {f"ce_{name}": {"type": "string"} for name in (*REQUIRED, *EXTENSIONS)}
    return {"type": "object", "required": required, "properties": properties}
