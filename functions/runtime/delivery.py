"""One delivery of an event: its attributes, its bytes, and what it goes by."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec

from events.wire import WRAPPED_TYPE, Event
from functions.runtime.dead_letters import NOBODY
from functions.runtime.envelope import ID_LENGTH, Envelope
from functions.runtime.errors import Forged, Malformed, redacted
from functions.runtime.signatures import fingerprint

PING = "dev.knative.sources.ping"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of an event, as it came; `event` is what it goes by."""

    event: Envelope
    attributes: Mapping[str, str]
    data: bytes
    now: datetime

    @classmethod
    def of(cls, event: Event, now: datetime) -> Delivery:
        """Take an event that came at a time."""
        return cls(Envelope.of(event.attributes, now), event.attributes, event.data, now)

    def check_names(self) -> None:
        """Check what the inbox knows an event by; raises Forged, as it can't be known by these."""
        for name in ("id", "source", "type"):
            length = len(self.attributes[name])
            if not 0 < length <= ID_LENGTH:
                raise Forged("attributes", f"{name}: {length} characters, expected 1 to {ID_LENGTH}")
        if self.event.type == WRAPPED_TYPE:
            raise Forged("not-cloudevent", "the record is not a CloudEvent")

    def disowned(self) -> Delivery:
        """Name a forged event by its content: under its own id it would stand in the way of the real one."""
        attributes = self.attributes
        if self.event.type == WRAPPED_TYPE:
            # its source names the KafkaSource too, and a record stays the same whichever brings it
            attributes = {**attributes, "source": self.event.source.partition("#")[2]}
        return replace(self, event=replace(self.event, source=NOBODY, id=fingerprint(attributes, self.data)))

    def is_of(self, kinds: tuple[str, ...]) -> bool:
        """Tell whether the data is of one of some kinds, or has none, or is for its schema to judge."""
        kind = None
        with suppress(Malformed):
            data = self.json() if kinds else None
            kind = data.get("kind") if isinstance(data, dict) else None
        return not isinstance(kind, str) or kind in kinds

    def json(self) -> object:
        """Read the data as JSON; raises Malformed when it is not JSON."""
        try:
            return msgspec.json.decode(self.data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed("not-json", f"the data is not JSON: {redacted(error)}") from error

    def student(self, payload: object) -> UUID | None:
        """Find out whom the event is about; what cannot be decoded may still say so outside."""
        said: object = getattr(payload, "student_id", None) or self.event.subject
        found = said if isinstance(said, UUID) else None
        with suppress(ValueError):
            found = found or UUID(str(said))
        return found
