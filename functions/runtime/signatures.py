"""Signatures of events: an HMAC over what stays the same on the way from one function to the next.

What Knative adds or rewrites on the way (trace context, Kafka's partition and offset, the reasons of a dead
letter, overrides of a source) is left out; times are compared as instants, because Knative writes them anew.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args
from urllib.parse import unquote

from functions.runtime import metrics
from functions.runtime.envelope import DEAD_LETTER, Outgoing, instant
from functions.runtime.errors import ConfigurationError, Forged
from functions.runtime.settings import Environ, env

EXTENSION = "eventsignature"
SIGNED = (
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
    "partitionkey", "correlationid", "causationid",
)  # fmt: skip
# Ids of events of others, in any characters. All else is ours and plain: a second spelling is a forgery.
FOREIGN = frozenset({"correlationid", "causationid"})
CONTEXT = b"learnflow event 1"
KEY = re.compile(r"(?P<id>[a-z0-9-]{1,16}):(?P<secret>[!-+\--~]{32,})")
Mode = Literal["off", "accept-unsigned", "require"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """A shared key and the name that signatures call it by."""

    id: str
    secret: bytes = field(repr=False)

    def sign(self, message: bytes) -> str:
        """Sign a message: version, key and HMAC, safe in a header."""
        digest = hmac.digest(self.secret, message, "sha256")
        return f"1.{self.id}.{urlsafe_b64encode(digest).decode().rstrip('=')}"


@dataclass(frozen=True, slots=True)
class Signatures:
    """The keys of a process (the first one signs, all of them verify) and what they are used for."""

    keys: tuple[Key, ...] = ()
    mode: Mode = "off"

    @classmethod
    def read(cls, environ: Environ) -> Signatures:
        """Read the keys and the mode; raises ConfigurationError that never repeats a key."""
        none: tuple[Key, ...] = ()
        keys = env(environ, "LEARNFLOW_EVENT_KEYS", read_keys, none)
        usual: Mode = "require" if keys else "off"
        chosen: Mode = env(environ, "LEARNFLOW_EVENT_SIGNATURES", read_mode, usual)
        if chosen != "off" and not keys:
            raise ConfigurationError(f"LEARNFLOW_EVENT_SIGNATURES: {chosen} needs LEARNFLOW_EVENT_KEYS")
        return cls(keys, chosen)

    def sign(self, event: Outgoing) -> Outgoing:
        """Sign an event of ours; a dead letter keeps what it came with: no forgery gets a signature."""
        if self.mode == "off" or event.topic == DEAD_LETTER:
            return event
        signature = self.keys[0].sign(canonical(event.attributes, event.data))
        return Outgoing(event.topic, {**event.attributes, EXTENSION: signature}, event.data)

    def check(self, attributes: Mapping[str, Any], data: bytes) -> None:
        """Check the signature of a received event; raises Forged when it is missing or wrong."""
        if self.mode == "off":
            return
        given = attributes.get(EXTENSION)
        if given is None:
            if self.mode == "require":
                raise Forged("unsigned", "the event has no signature")
            log.info("an event without a signature was accepted")
            metrics.count("learnflow_unsigned_events_total")
            return
        message = canonical(attributes, data)
        if not any(hmac.compare_digest(key.sign(message).encode(), str(given).encode()) for key in self.keys):
            raise Forged("signature", "the signature is of none of the known keys, or of another event")


def read_keys(raw: str) -> tuple[Key, ...]:
    """Read `id:secret,id:secret`; raises ValueError without repeating a secret."""
    found = [KEY.fullmatch(part.strip()) for part in raw.split(",")]
    keys = tuple(Key(match["id"], match["secret"].encode()) for match in found if match)
    if len(keys) != len(found) or len({key.id for key in keys}) != len(keys):
        raise ValueError(
            "expected id:secret[,id:secret], ids of a-z, 0-9 and dashes that differ, secrets of 32 or more"
            " printable characters without commas"
        )
    return keys


def read_mode(raw: str) -> Mode:
    """Read a mode."""
    if raw not in get_args(Mode):
        raise ValueError(f"expected {', '.join(get_args(Mode))}, got {raw!r}")
    return cast(Mode, raw)


def canonical(attributes: Mapping[str, Any], data: bytes) -> bytes:
    """Lay out what is signed, each part with its length, so that nothing can move from one to another."""
    parts = [CONTEXT, *(_plain(name, attributes.get(name)) for name in SIGNED), data]
    return b"".join(b"-," if part is None else b"%d:%b," % (len(part), part) for part in parts)


def fingerprint(attributes: Mapping[str, Any], data: bytes) -> str:
    """Name an event by its content alone, for those whose id can't be believed."""
    given = str(attributes.get(EXTENSION, "")).encode()
    return hashlib.sha256(canonical(attributes, data) + given).hexdigest()


def _plain(name: str, value: object) -> bytes | None:
    """Undo what differs on the way: percent-encoding in headers, and the spelling of a time."""
    if value is None:
        return None
    text = str(value)
    if name == "time" and (moment := instant(text)) is not None:
        return str(moment.timestamp()).encode()
    while name in FOREIGN and (decoded := unquote(text)) != text:
        text = decoded
    return text.encode()
