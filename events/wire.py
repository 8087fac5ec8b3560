"""CloudEvents 1.0 as HTTP requests and as Kafka records, for functions, stand-in and operators' tools alike.

Two readers differ on purpose. A function takes whatever Knative may bring it, keeps the very bytes of the
data (they are signed), and leaves judgement to its schema. Knative refuses more, and writes the JSON data of
a structured event anew. Everything is linear in the size of its input.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

STRUCTURED = "application/cloudevents+json"
CONTENT_TYPE = "datacontenttype"
WRAPPED_TYPE = "dev.knative.kafka.event"
TRACE_HEADERS = ("traceparent", "tracestate")
NAME = re.compile(r"[a-z0-9]+")
TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
VERSIONS = ("1.0", "0.3")
REQUIRED = ("id", "source", "type")
URIS = ("source", "dataschema")
PLAIN = " !#$&'()*+,-./:;<=>?@[]^_`{|}~"
# What ids, times and types consist of, and nothing of it is ever encoded: quote() looks at each character.
USUAL = re.compile(r"[A-Za-z0-9:/._+-]*")
HttpHeaders = Iterable[tuple[bytes, bytes]]
RecordHeaders = Sequence[tuple[str, bytes | None]]
NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class NotACloudEvent(Exception):
    """A request or a record does not follow CloudEvents 1.0; the message repeats none of its data."""

    status = 400


class Batch(NotACloudEvent):
    """Several events in one request: nobody sends them here."""

    status = 415


@dataclass(frozen=True, slots=True)
class Event:
    """An event: attributes in lower case, `specversion` and `datacontenttype` among them; no data is b""."""

    attributes: Mapping[str, str]
    data: bytes = b""

    def with_attributes(self, more: Mapping[str, str]) -> Event:
        """Add attributes, or replace them."""
        return replace(self, attributes={**self.attributes, **more})

    def dispatcher_headers(self) -> list[tuple[str, str]]:
        """Lay the event out as Knative's dispatcher does: what is not Latin-1 becomes a question mark."""
        latin = [(k, v.encode("latin-1", "replace").decode("latin-1")) for k, v in self.attributes.items()]
        return [(header_name(name), value) for name, value in latin]


@dataclass(frozen=True, slots=True)
class Record:
    """A consumed record, as far as its delivery needs it."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: RecordHeaders


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record to write."""

    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]


def from_http(headers: HttpHeaders, body: bytes) -> Event:
    """Read a request as a function does; raises NotACloudEvent when it can't be told which event it is.

    Values of a structured event are percent-encoded, the form that they have in headers.
    """
    event, structured = _read(headers, body)
    if structured:
        encoded = {name: header_text(value) for name, value in event.attributes.items()}
        event = Event({CONTENT_TYPE: "application/json", **encoded}, event.data)
    if event.attributes.get("specversion") not in VERSIONS:
        raise NotACloudEvent("specversion is missing, or another than 1.0")
    if missing := [name for name in REQUIRED if name not in event.attributes]:
        raise NotACloudEvent(f"{missing[0]} is missing")
    return event


def from_http_as_knative(headers: HttpHeaders, body: bytes) -> Event:
    """Read a request as a KafkaSink does; raises NotACloudEvent."""
    event, structured = _read(headers, body)
    return checked(_written_anew(event) if structured else event)


def to_http(attributes: Mapping[str, str]) -> dict[str, str]:
    """Write the headers of an event in binary mode, values percent-encoded as the HTTP binding says."""
    return {header_name(name): header_text(value) for name, value in attributes.items()}


def header_name(attribute: str) -> str:
    """Name the header of an attribute."""
    return "content-type" if attribute == CONTENT_TYPE else f"ce-{attribute}"


def header_text(text: str) -> str:
    """Percent-encode text for a header, as the HTTP binding says; half a surrogate pair has no encoding."""
    return text if USUAL.fullmatch(text) else quote(text, safe=PLAIN, errors="replace")


def from_json(body: bytes) -> Event:
    """Read an event in JSON format, its data as the bytes that stand there; raises NotACloudEvent."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        data = _structured_data(members)
        values = {name: msgspec.json.decode(raw) for name, raw in members.items()}
    except NOT_JSON:
        raise NotACloudEvent("the body is not an event in JSON format") from None
    return Event({name: _text(name, value) for name, value in values.items() if value is not None}, data)


def checked(event: Event) -> Event:
    """Return the event if Knative's receiver takes it; raises NotACloudEvent."""
    attributes = event.attributes
    if attributes.get("specversion") not in VERSIONS:
        raise NotACloudEvent(f"specversion {attributes.get('specversion')!r}")
    if empty := [name for name in REQUIRED if not attributes.get(name)]:
        raise NotACloudEvent(f"{empty[0]} is missing or empty")
    if odd := [name for name in attributes if NAME.fullmatch(name) is None]:
        raise NotACloudEvent(f"attribute name {odd[0]!r}")
    if blank := [name for name in URIS if re.search(r"\s", attributes.get(name, ""))]:
        raise NotACloudEvent(f"{blank[0]} is not a URI reference")
    if "time" in attributes and not is_time(attributes["time"]):
        raise NotACloudEvent(f"time {attributes['time']!r} is not RFC 3339")
    return event


def is_time(text: str) -> bool:
    """Tell whether text is a time as RFC 3339 writes it, of a day that the calendar has."""
    try:
        return TIME.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def to_record(event: Event, trace: Sequence[tuple[str, str]] = ()) -> NewRecord:
    """Lay out an event in binary mode; the key is its `partitionkey`."""
    named = [("content-type" if k == CONTENT_TYPE else f"ce_{k}", v) for k, v in event.attributes.items()]
    headers = [(name, value.encode()) for name, value in (*named, *trace)]
    key = event.attributes.get("partitionkey")
    return NewRecord(None if key is None else key.encode(), event.data, headers)


def trace_of(record: Record) -> list[tuple[str, str]]:
    """Return the trace context of a record as HTTP headers."""
    return [(name, _decoded(value)) for name, value in record.headers if name in TRACE_HEADERS]


def from_record(record: Record, source: str = "", overrides: Mapping[str, str] | None = None) -> Event:
    """Return what a KafkaSource sends for a record; `source` is /apis/v1/namespaces/NS/kafkasources/NAME."""
    try:
        event = _cloud_event(record)
    except NotACloudEvent:
        event = _wrapped(record, source)
    place = {"knativekafkapartition": str(record.partition), "knativekafkaoffset": str(record.offset)}
    return event.with_attributes({**place, **(overrides or {})})


def _read(headers: HttpHeaders, body: bytes) -> tuple[Event, bool]:
    """Read a request, and tell whether it is structured; of a header that comes twice the last one counts."""
    attributes = {}
    for name, value in headers:
        if name.startswith(b"ce-") and name != b"ce-data":
            attributes[name[3:].decode("latin-1")] = value.decode("latin-1")
        elif name == b"content-type":
            attributes[CONTENT_TYPE] = value.decode("latin-1")
    kind = _media_type(attributes)
    if kind == STRUCTURED:
        return from_json(body), True
    if kind.startswith("application/cloudevents"):
        raise Batch("send one event at a time, in binary mode or as application/cloudevents+json")
    return Event(attributes, body), False


def _media_type(attributes: Mapping[str, str]) -> str:
    return attributes.get(CONTENT_TYPE, "").partition(";")[0].strip().lower()


def _structured_data(members: dict[str, msgspec.Raw]) -> bytes:
    """Take the data out: the very bytes of JSON, the text of another type, or what base64 stands for."""
    encoded, data = members.pop("data_base64", None), members.pop("data", None)
    if encoded is not None:
        return msgspec.json.decode(encoded, type=bytes)
    if data is None or bytes(data) == b"null":
        return b""
    content_type = members.get(CONTENT_TYPE)
    if content_type is not None and b"json" not in bytes(content_type) and bytes(data).startswith(b'"'):
        return msgspec.json.decode(data, type=str).encode()
    return bytes(data)


def _written_anew(event: Event) -> Event:
    """Leave out the blanks between JSON values, as Knative's JSON library does when it writes data again."""
    if "json" not in event.attributes.get(CONTENT_TYPE, "json"):
        return event
    try:
        return replace(event, data=msgspec.json.format(event.data, indent=-1))
    except NOT_JSON:
        return event


def _text(name: str, value: Any) -> str:
    if NAME.fullmatch(name) is None:
        raise NotACloudEvent("the name of an attribute has other characters than a-z and 0-9")
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
    raise NotACloudEvent(f"attribute {name[:100]}: expected a string, a whole number or a boolean")


def _cloud_event(record: Record) -> Event:
    headers = {name: _decoded(value) for name, value in record.headers}
    attributes = {name[3:].lower(): value for name, value in headers.items() if name.startswith("ce_")}
    if "content-type" in headers:
        attributes[CONTENT_TYPE] = headers["content-type"]
    if _media_type(attributes) == STRUCTURED:
        return checked(_written_anew(from_json(record.value or b"")))
    return checked(Event(attributes, record.value or b""))


def _wrapped(record: Record, source: str) -> Event:
    """Hand a record that is no CloudEvent on inside one of Knative's own."""
    moment = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC).isoformat(timespec="milliseconds")
    attributes = {
        "specversion": "1.0",
        "id": f"partition:{record.partition}/offset:{record.offset}",
        "source": f"{source}#{record.topic}",
        "type": WRAPPED_TYPE,
        "subject": f"partition:{record.partition}#{record.offset}",
        "time": moment.replace("+00:00", "Z"),
    }
    if record.key is not None:
        attributes["key"] = attributes["partitionkey"] = _decoded(record.key)
    for name, value in record.headers:
        if name.lower() == "content-type":
            attributes[CONTENT_TYPE] = _decoded(value)
        else:
            attributes["kafkaheader" + re.sub(r"[^a-z0-9]", "", name.lower())] = _decoded(value)
    return Event(attributes, record.value or b"")


def _decoded(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
