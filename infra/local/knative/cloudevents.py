"""CloudEvents 1.0 as HTTP requests: reading them the way Knative's receiver does."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from infra.local.knative.errors import NotACloudEvent

STRUCTURED = "application/cloudevents+json"
_EXTENSION = re.compile(r"[a-z0-9]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_URIS = ("source", "dataschema")
_REQUIRED = ("id", "source", "type")


@dataclass(frozen=True, slots=True)
class Event:
    """An event in binary form; attribute names are lower case and include specversion."""

    attributes: Mapping[str, str]
    content_type: str | None
    data: bytes | None

    def with_attributes(self, more: Mapping[str, str]) -> "Event":
        """Return the event with attributes added or replaced."""
        return replace(self, attributes={**self.attributes, **more})

    def http_headers(self) -> list[tuple[str, str]]:
        """Return the headers of a binary-mode request.

        What is not Latin-1 becomes a question mark, as in Knative.
        """
        headers = [
            (f"ce-{name}", value.encode("latin-1", "replace").decode("latin-1"))
            for name, value in self.attributes.items()
        ]
        if self.content_type is not None:
            headers.append(("content-type", self.content_type))
        return headers


def from_http(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Event:
    """Read a request in binary or structured mode.

    Raises: NotACloudEvent, also for a batch.
    """
    attributes: dict[str, str] = {}
    content_type: str | None = None
    for name, value in headers:
        if name.startswith(b"ce-"):
            attributes[name[3:].decode("latin-1")] = value.decode("latin-1")
        elif name == b"content-type":
            content_type = value.decode("latin-1")
    if content_type is not None and is_structured(content_type):
        return from_json(body)
    return checked(Event(attributes, content_type, body or None))


def is_structured(content_type: str) -> bool:
    """Return whether a content type announces an event in JSON format."""
    return content_type.partition(";")[0].strip().lower() == STRUCTURED


def from_json(body: bytes) -> Event:
    """Read an event in JSON format.

    Raises: NotACloudEvent.
    """
    try:
        members = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotACloudEvent(f"not a JSON object: {error}") from None
    data = _data(members)
    content_type = members.pop("datacontenttype", None)
    attributes = {name: _text(name, value) for name, value in members.items() if value is not None}
    return checked(Event(attributes, None if content_type is None else str(content_type), data))


def checked(event: Event) -> Event:
    """Return the event if its attributes are valid.

    Raises: NotACloudEvent.
    """
    attributes = event.attributes
    if attributes.get("specversion") not in ("1.0", "0.3"):
        raise NotACloudEvent(f"specversion {attributes.get('specversion')!r}")
    for name in _REQUIRED:
        if not attributes.get(name):
            raise NotACloudEvent(f"{name} is missing or empty")
    for name in attributes:
        if _EXTENSION.fullmatch(name) is None:
            raise NotACloudEvent(f"attribute name {name!r}")
    for name in _URIS:
        if any(character.isspace() for character in attributes.get(name, "")):
            raise NotACloudEvent(f"{name} is not a URI reference")
    if "time" in attributes:
        _check_time(attributes["time"])
    return event


def _data(members: dict[str, Any]) -> bytes | None:
    if (encoded := members.pop("data_base64", None)) is not None:
        try:
            return msgspec.convert(encoded, bytes)
        except msgspec.ValidationError as error:
            raise NotACloudEvent(f"data_base64: {error}") from None
    if (data := members.pop("data", None)) is None:
        return None
    if isinstance(data, str) and "json" not in str(members.get("datacontenttype", "json")):
        return data.encode()
    return msgspec.json.encode(data)


def _text(name: str, value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
    raise NotACloudEvent(f"attribute {name} is no string, number or boolean")


def _check_time(value: str) -> None:
    try:
        if _TIME.fullmatch(value) is None:
            raise ValueError("not RFC 3339")
        datetime.fromisoformat(value)
    except ValueError as error:
        raise NotACloudEvent(f"time {value!r}: {error}") from None
