"""Dead letters: events that cannot be handled, in a form that every KafkaSink takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from events.wire import NAME, VERSIONS, header_text, is_time
from functions.runtime.envelope import DEAD_LETTER, TRANSPORT, Outgoing, instant

# What a reader needs first, in the order in which it gets room.
FIRST = (
    "id", "source", "type", "specversion", "time", "subject", "datacontenttype", "dataschema", "partitionkey",
    "correlationid", "causationid", "traceparent", "eventsignature",
)  # fmt: skip
NOBODY = "/learnflow/unverified"
DEFAULTS: Mapping[str, str] = {"id": "unnamed", "source": NOBODY, "type": "unknown", "specversion": "1.0"}
URI = "!#$&'()*+,-./:;=?@[]_~%"
# Knative's servers read 8 KiB of headers, and Kafka keeps 1 MiB of record.
ROOM, ONE, ERROR_LENGTH = 6000, 1500, 500
DATA_LENGTH = 1_000_000


def dead_letter(
    attributes: Mapping[str, Any], data: bytes, *, function: str, reason: str, error: str, attempts: int
) -> Outgoing:
    """Wrap an event that cannot be handled, with the reason as extensions.

    What a KafkaSink would refuse is left out or shortened, and named in `deadletterclipped`.
    """
    given = {k: str(v) for k, v in attributes.items() if v is not None and k not in TRANSPORT}
    kept = presentable(given)
    clipped = [name for name, value in given.items() if kept.get(name) != value]
    clipped += ["data"] if len(data) > DATA_LENGTH else []
    extensions = {
        "deadletterreason": reason,
        "deadlettererror": printable(error),
        "deadletterattempts": str(attempts),
        "deadletterconsumer": function,
    }
    extensions |= {"deadletterclipped": shortened(",".join(clipped), 200)} if clipped else {}
    return Outgoing(DEAD_LETTER, {**kept, **extensions}, data[:DATA_LENGTH])


def presentable(given: Mapping[str, str]) -> dict[str, str]:
    """Give the attributes a form that every KafkaSink takes."""
    found: dict[str, str] = {}
    room = ROOM
    for name in (*FIRST, *(name for name in given if name not in FIRST)):
        value = FORM.get(name, str)(given.get(name, ""))
        value = shortened(value, min(ONE, room)) or DEFAULTS.get(name, "")
        if value and len(name) < room and NAME.fullmatch(name):
            found[name] = value
            room -= len(name) + len(header_text(value))
    return found


def version(raw: str) -> str:
    """Keep a version that there is."""
    return raw if raw in VERSIONS else ""


def time(raw: str) -> str:
    """Keep a time that can be read."""
    return raw if is_time(raw) and instant(raw) else ""


def uri(raw: str) -> str:
    """Escape what no URI may have in it."""
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(raw, safe=URI))


def content_type(raw: str) -> str:
    """Keep a content type, unless it would make a sink look for an event inside the data."""
    return "" if "cloudevents" in raw.lower() else raw


FORM: Mapping[str, Callable[[str], str]] = {
    "specversion": version,
    "time": time,
    "source": uri,
    "dataschema": uri,
    "datacontenttype": content_type,
}


def shortened(text: str, length: int) -> str:
    """Cut text so that a header with it has this length at most."""
    text = text[: max(length, 0)]
    while text and (size := len(header_text(text))) > length:
        text = text[: min(len(text) - 1, len(text) * length // size)]
    return text


def printable(text: str) -> str:
    """Reduce text to what an HTTP header can carry."""
    line = " ".join(text.split())[:ERROR_LENGTH]
    return line.encode("ascii", "backslashreplace").decode()
