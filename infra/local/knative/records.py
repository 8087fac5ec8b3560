"""Kafka records and CloudEvents: the layout that Knative writes, and what it makes of other records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.knative.cloudevents import Event, checked, from_json, is_structured
from infra.local.knative.errors import NotACloudEvent

Headers = Sequence[tuple[str, bytes | None]]
TRACE_HEADERS = ("traceparent", "tracestate")
WRAPPED_TYPE = "dev.knative.kafka.event"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Record:
    """A consumed record, as far as its delivery needs it."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record to write."""

    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]


def to_record(event: Event, trace: Sequence[tuple[str, str]]) -> NewRecord:
    """Lay out an event in binary mode; the key is its `partitionkey`."""
    headers = [(f"ce_{name}", value.encode()) for name, value in event.attributes.items()]
    if event.content_type is not None:
        headers.append(("content-type", event.content_type.encode()))
    headers += [(name, value.encode()) for name, value in trace]
    key = event.attributes.get("partitionkey")
    return NewRecord(None if key is None else key.encode(), event.data or b"", headers)


def trace_of(record: Record) -> list[tuple[str, str]]:
    """Return the trace context of a record as HTTP headers."""
    return [(name, _decoded(value)) for name, value in record.headers if name in TRACE_HEADERS]


def to_event(record: Record, source: str, overrides: Mapping[str, str]) -> Event:
    """Return what a KafkaSource sends for a record; `source` is /apis/v1/namespaces/NS/kafkasources/NAME."""
    try:
        event = _cloud_event(record)
    except NotACloudEvent:
        event = _wrapped(record, source)
    place = {"knativekafkapartition": str(record.partition), "knativekafkaoffset": str(record.offset)}
    return event.with_attributes({**place, **overrides})


def _cloud_event(record: Record) -> Event:
    headers = {name: _decoded(value) for name, value in record.headers}
    content_type = headers.get("content-type")
    if content_type is not None and is_structured(content_type):
        return from_json(record.value or b"")
    attributes = {name[3:].lower(): value for name, value in headers.items() if name.startswith("ce_")}
    return checked(Event(attributes, content_type, record.value or None))


def _wrapped(record: Record, source: str) -> Event:
    """Knative hands a record that is no CloudEvent on inside one of its own."""
    attributes = {
        "specversion": "1.0",
        "id": f"partition:{record.partition}/offset:{record.offset}",
        "source": f"{source}#{record.topic}",
        "type": WRAPPED_TYPE,
        "subject": f"partition:{record.partition}#{record.offset}",
        "time": _time(record.timestamp_ms),
    }
    content_type = None
    if record.key is not None:
        attributes["key"] = attributes["partitionkey"] = _decoded(record.key)
    for name, value in record.headers:
        if name.lower() == "content-type":
            content_type = _decoded(value)
        else:
            attributes["kafkaheader" + _NOT_IN_NAMES.sub("", name.lower())] = _decoded(value)
    return Event(attributes, content_type, record.value or None)


def _time(timestamp_ms: int) -> str:
    moment = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _decoded(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
