"""Records of a topic as the events that functions see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from functions.runtime.catalog import EventData, by_name
from functions.runtime.errors import Malformed
from infra.local.knative.cloudevents import Event
from infra.local.knative.records import Record, to_event

Check = Callable[[Mapping[str, str], bytes], None]


@dataclass(frozen=True, slots=True)
class Portion:
    """What some records held: events of the wanted types, and how many a function would have buried."""

    events: list[Any]
    left_out: int


def portion(records: Iterable[Record], wanted: tuple[type, ...], check: Check) -> Portion:
    """Read records as functions do; what those would make dead letters of is left out."""
    found: list[Any] = []
    left_out = 0
    for record in records:
        try:
            event = decoded(event_of(record), wanted, check)
        except Malformed:
            left_out += 1
            continue
        if event is not None:
            found.append(event)
    return Portion(found, left_out)


def event_of(record: Record) -> Event:
    """Read a record as a KafkaSource does."""
    return to_event(record, "", {})


def decoded(event: Event, wanted: tuple[type, ...], check: Check) -> EventData | None:
    """Check and decode an event, None when it is of another type; raises Malformed."""
    kind = by_name().get(event.attributes["type"])
    if kind is None:
        raise Malformed("unknown-type", event.attributes["type"])
    data = event.data or b""
    check(with_content_type(event), data)
    if kind.model not in wanted:
        return None
    try:
        return kind.decode(msgspec.json.decode(data), event.attributes)
    except msgspec.DecodeError as error:
        raise Malformed("not-json", f"the data is not JSON: {error}") from error


def with_content_type(event: Event) -> Mapping[str, str]:
    """Return the attributes as they were signed, the type of the data among them."""
    if event.content_type is None:
        return event.attributes
    return {**event.attributes, "datacontenttype": event.content_type}
