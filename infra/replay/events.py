"""Records of a topic as the events that functions see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from events.wire import Event, Record, from_record
from functions.runtime.catalog import EventData, by_name
from functions.runtime.errors import Malformed

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
            event = decoded(from_record(record), wanted, check)
        except Malformed:
            left_out += 1
            continue
        if event is not None:
            found.append(event)
    return Portion(found, left_out)


def decoded(event: Event, wanted: tuple[type, ...], check: Check) -> EventData | None:
    """Check and decode an event, None when it is of another type; raises Malformed."""
    kind = by_name().get(event.attributes["type"])
    if kind is None:
        raise Malformed("unknown-type", event.attributes["type"])
    check(event.attributes, event.data)
    if kind.model not in wanted:
        return None
    try:
        return kind.decode(msgspec.json.decode(event.data), event.attributes)
    except msgspec.DecodeError as error:
        raise Malformed("not-json", f"the data is not JSON: {error}") from error
