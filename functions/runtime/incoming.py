"""The event of the request being handled, as it came: functions-framework hands over what it made of it.

A structured event becomes a binary one here, so that all behind knows one form. The framework gets no data to
read: what is no JSON, or too deep for it, is still an event, and ends as a dead letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events.wire import header_text
from functions.runtime.errors import Malformed

STRUCTURED = "application/cloudevents+json"
NAME = re.compile(r"[a-z0-9]+")
RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Incoming:
    """The attributes of an event, in the form they have in headers, and the bytes of its data."""

    attributes: Mapping[str, str]
    data: bytes


INCOMING: ContextVar[Incoming] = ContextVar("incoming")


class CloudEventMiddleware:
    """ASGI middleware that keeps the event of a request for whoever handles it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an event on as binary, without its data; refuse a batch, and what cannot be read."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await whole(receive)
        if body is None:
            return
        headers: RawHeaders = scope["headers"]
        kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        try:
            if kind == STRUCTURED:
                headers, body = unfold(body)
            elif kind.startswith("application/cloudevents"):
                raise Malformed("batch", f"{kind} is not taken: send one event at a time")
        except Malformed as error:
            status = 415 if error.code == "batch" else 400
            await PlainTextResponse(str(error), status)(scope, receive, send)
            return
        pending: list[Message] = [{"type": "http.request", "body": b""}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        token = INCOMING.set(Incoming(attributes_of(headers), body))
        try:
            await self._app({**scope, "headers": headers}, replay, send)
        finally:
            INCOMING.reset(token)


async def whole(receive: Receive) -> bytes | None:
    """Read a body; None when the client went away before its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def attributes_of(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read the attributes of a binary event; of a header that comes twice the last one counts."""
    found = {}
    for name, value in headers:
        if name.startswith(b"ce-") and name != b"ce-data":
            found[name[3:].decode("latin-1")] = value.decode("latin-1")
        elif name == b"content-type":
            found["datacontenttype"] = value.decode("latin-1")
    return found


def unfold(body: bytes) -> tuple[RawHeaders, bytes]:
    """Read a structured event as headers and data; raises Malformed, which repeats nothing of it."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        data = unfolded_data(members)
        texts = {name: text(name, msgspec.json.decode(raw)) for name, raw in members.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed("structured", "the body is not an event in JSON format") from None
    content_type = texts.pop("datacontenttype", None) or "application/json"
    named = {f"ce-{name}": value for name, value in texts.items() if value is not None}
    headers = {**named, "content-type": content_type}
    return [(name.encode(), header_text(value).encode()) for name, value in headers.items()], data


def unfolded_data(members: dict[str, msgspec.Raw]) -> bytes:
    """Take the data out: the very bytes of JSON, the text of another type, or what base64 stands for."""
    encoded, data = members.pop("data_base64", None), members.pop("data", None)
    if encoded is not None:
        return msgspec.json.decode(encoded, type=bytes)
    if data is None or bytes(data) == b"null":
        return b""
    content_type = members.get("datacontenttype")
    if content_type is not None and b"json" not in bytes(content_type) and bytes(data).startswith(b'"'):
        return msgspec.json.decode(data, type=str).encode()
    return bytes(data)


def text(name: str, value: Any) -> str | None:
    """Write an attribute's value as text."""
    if NAME.fullmatch(name) is None:
        raise Malformed("structured", "the name of an attribute has other characters than a-z and 0-9")
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | None:
            return None if value is None else str(value)
    raise Malformed("structured", f"attribute {name[:100]}: expected a string, a whole number or a boolean")
