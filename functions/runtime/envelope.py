"""The CloudEvents attributes of an event, and how outputs get theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from functions.runtime import trace
from functions.runtime.catalog import EventData, by_model

NAMESPACE = UUID("6c1f9c0e-6a0f-5f0e-9d3c-0b6f3a5d8e11")
DEAD_LETTER = "learnflow.dead-letter"
TRANSPORT = frozenset({"knativekafkapartition", "knativekafkaoffset", "replay"})
ERROR_LENGTH = 500
PLAIN = " !#$&'()*+,-./:;<=>?@[]^_`{|}~"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of one event that was received."""

    id: str
    source: str
    type: str
    subject: str | None
    time: datetime
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    replay: str | None = None

    @classmethod
    def of(cls, attributes: Mapping[str, Any], now: datetime) -> Envelope:
        """Read the attributes; an event without a correlation begins its own."""
        return cls(
            id=attributes["id"],
            source=attributes["source"],
            type=attributes["type"],
            subject=attributes.get("subject"),
            time=instant(attributes.get("time")) or now,
            correlation_id=attributes.get("correlationid") or attributes["id"],
            causation_id=attributes.get("causationid"),
            traceparent=attributes.get("traceparent"),
            replay=attributes.get("replay"),
        )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event to publish: attributes as strings and the bytes of its data."""

    topic: str
    attributes: Mapping[str, str]
    data: bytes

    @property
    def id(self) -> str:
        """The event's id."""
        return self.attributes["id"]

    def headers(self) -> dict[str, str]:
        """The HTTP headers of the event in binary mode, values percent-encoded as the HTTP binding says."""
        named = {
            f"ce-{k}": quote(v, safe=" !#$&'()*+,-./:;<=>?@[]^_`{|}~") for k, v in self.attributes.items()
        }
        content_type = named.pop("ce-datacontenttype", None)
        return named if content_type is None else {**named, "content-type": content_type}


def instant(raw: object) -> datetime | None:
    """Read an RFC 3339 time; None when there is none that can be read."""
    try:
        value = datetime.fromisoformat(str(raw))
    except ValueError:
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def outgoing(
    data: EventData,
    *,
    event_id: str,
    function: str,
    now: datetime,
    correlation_id: str,
    causation_id: str | None,
    traceparent: str | None,
) -> Outgoing:
    """Wrap data as the event that a function publishes."""
    kind = by_model()[type(data)]
    student = str(data.student_id)
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/learnflow/{function}",
        "type": kind.name,
        "subject": student,
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": kind.schema_id,
        "partitionkey": student,
        "correlationid": correlation_id,
        "traceparent": trace.child(traceparent),
    }
    if causation_id is not None:
        attributes["causationid"] = causation_id
    return Outgoing(kind.topic, attributes, kind.encode(data))


def derived_id(*parts: str) -> str:
    """Derive an id from what it is for, so that a repeat gives the same one."""
    return str(uuid5(NAMESPACE, "\x1f".join(parts)))


def dead_letter(
    attributes: Mapping[str, Any], data: bytes, *, function: str, reason: str, error: str, attempts: int
) -> Outgoing:
    """Wrap an event that can not be handled, with the reason as extensions."""
    kept = {k: str(v) for k, v in attributes.items() if v is not None and k not in TRANSPORT}
    extensions = {
        "deadletterreason": reason,
        "deadlettererror": printable(error),
        "deadletterattempts": str(attempts),
        "deadletterconsumer": function,
    }
    return Outgoing(DEAD_LETTER, {**kept, **extensions}, data)


def printable(text: str) -> str:
    """Reduce text to what an HTTP header can carry."""
    line = " ".join(text.split())[:ERROR_LENGTH]
    return line.encode("ascii", "backslashreplace").decode()
