"""The CloudEvents attributes of an event, and how outputs get theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from events.wire import to_http
from functions.runtime import trace_context
from functions.runtime.catalog import EventData, by_model

NAMESPACE = UUID("6c1f9c0e-6a0f-5f0e-9d3c-0b6f3a5d8e11")
DEAD_LETTER = "learnflow.dead-letter"
TRANSPORT = frozenset({"knativekafkapartition", "knativekafkaoffset", "replay"})
# Of ids that others choose: what is indexed must fit into a page, and what goes on into a request's headers.
ID_LENGTH = 500
DAY = timedelta(days=1)


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
        texts = {name: str(value)[:ID_LENGTH] for name, value in attributes.items() if value is not None}
        return cls(
            id=texts["id"],
            source=texts["source"],
            type=texts["type"],
            subject=texts.get("subject"),
            time=instant(attributes.get("time")) or now,
            correlation_id=texts.get("correlationid") or texts["id"],
            causation_id=texts.get("causationid"),
            traceparent=texts.get("traceparent"),
            replay=texts.get("replay"),
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
        """The HTTP headers of the event in binary mode."""
        return to_http(self.attributes)


def instant(raw: object) -> datetime | None:
    """Read an RFC 3339 time; None for any other text, and within a day of the years 1 and 9999."""
    try:
        value = datetime.fromisoformat(str(raw))
        value = value if value.tzinfo else value.replace(tzinfo=UTC)
        _ = value.astimezone(UTC) - DAY, value.astimezone(UTC) + DAY
    except (ValueError, OverflowError):
        return None
    return value


def outgoing(
    data: EventData,
    *,
    event_id: str,
    function: str,
    now: datetime,
    correlation_id: str,
    causation_id: str,
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
        "causationid": causation_id,
        "traceparent": trace_context.child(traceparent),
    }
    return Outgoing(kind.topic, attributes, kind.encode(data))


def derived_id(*parts: str) -> str:
    """Derive an id from what it is for, so that a repeat gives the same one."""
    return str(uuid5(NAMESPACE, "\x1f".join(parts)))
