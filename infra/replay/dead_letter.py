"""A dead letter: an event that could not be handled, with the reason as extensions."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from events.wire import CONTENT_TYPE, WRAPPED_TYPE, Event, Record, from_record
from functions.runtime.catalog import by_name
from functions.runtime.envelope import TRANSPORT
from infra.replay.kafka import moment
from infra.replay.request import Filter

OWN = (
    "deadletterreason", "deadlettererror", "deadletterattempts", "deadletterconsumer", "deadletterclipped"
)  # fmt: skip
KNATIVE = ("knativeerrordest", "knativeerrorcode", "knativeerrordata")
FORGED = frozenset({"unsigned", "signature", "not-cloudevent"})
FunctionAt = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One record of the dead-letter topic."""

    partition: int
    offset: int
    at: datetime
    event: Event
    function: str | None

    @classmethod
    def of(cls, record: Record, function_at: FunctionAt) -> DeadLetter:
        """Read a record; where Knative gave up, the address that it gave up on tells the function."""
        event = from_record(record)
        named = event.attributes.get("deadletterconsumer")
        function = named or function_at(event.attributes.get("knativeerrordest", ""))
        return cls(record.partition, record.offset, moment(record), event, function)

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return f"{self.partition}-{self.offset}"

    @property
    def type(self) -> str:
        """The event's type."""
        return self.event.attributes["type"]

    @property
    def topic(self) -> str | None:
        """The topic that the event is from; None when nobody knows its type."""
        kind = by_name().get(self.type)
        return None if kind is None else kind.topic

    @property
    def reason(self) -> str:
        """Why it is here, in a word."""
        own = self.event.attributes.get("deadletterreason")
        if own is not None:
            return own
        if "knativeerrordest" not in self.event.attributes:
            return "unknown"
        return f"undelivered-{self.event.attributes.get('knativeerrorcode', 'unanswered')}"

    @property
    def error(self) -> str:
        """Why it is here, in the words of who gave up."""
        attributes = self.event.attributes
        if "deadlettererror" in attributes:
            return unquote(attributes["deadlettererror"])
        return base64.b64decode(attributes.get("knativeerrordata", "")).decode("utf-8", "replace")

    @property
    def attempts(self) -> str:
        """How often its function tried."""
        return self.event.attributes.get("deadletterattempts", "?")

    def passes(self, chosen: Filter) -> bool:
        """Tell whether a filter lets it pass."""
        return (
            chosen.topic in (None, self.topic)
            and chosen.function in (None, self.function)
            and chosen.reason in (None, self.reason)
            and (chosen.since is None or self.at >= chosen.since)
            and (chosen.until is None or self.at < chosen.until)
        )

    def original(self) -> Event:
        """Return the event as it was before it failed."""
        added = {*OWN, *KNATIVE, *TRANSPORT}
        attributes = {name: value for name, value in self.event.attributes.items() if name not in added}
        return Event(attributes, self.event.data)

    def obstacle(self) -> str | None:
        """Say why it can't be sent again; None when it can."""
        if self.type == WRAPPED_TYPE or self.reason in FORGED:
            return f"it is not sent again ({self.reason}): nobody vouches for it; drop it"
        if self.topic is None:
            return f"its type {self.type} is not known to this release; deploy one that knows it, or drop it"
        if self.function is None:
            return "the function that it failed in cannot be told"
        return None

    def whole(self) -> Iterator[str]:
        """Show all of it."""
        yield f"{self.name}  {self.at:%Y-%m-%d %H:%M:%S} UTC"
        yield f"  failed in {self.function or '?'} after {self.attempts} attempts: {self.reason}"
        yield f"  {self.error}"
        attributes = dict(self.original().attributes)
        content_type = attributes.pop(CONTENT_TYPE, "no content type")
        for name, value in sorted(attributes.items()):
            yield f"  {name}: {value}"
        yield f"  data ({content_type}):"
        text = self.event.data.decode("utf-8", "backslashreplace")
        yield from (f"    {line}" for line in text.splitlines() or [""])
