"""The bytes of the request being handled: functions-framework hands over only what it made of them."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY: ContextVar[bytes | None] = ContextVar("request_body", default=None)


class KeepBody:
    """ASGI middleware that reads the body once and keeps it for whoever handles the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body at hand."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        messages: list[Message] = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        structured = any(
            k == b"content-type" and v.startswith(b"application/cloudevents") for k, v in scope["headers"]
        )
        body = None if structured else b"".join(message.get("body", b"") for message in messages)
        pending = iter(messages)

        async def replay() -> Message:
            return next(pending, None) or await receive()

        token = BODY.set(body)
        try:
            await self._app(scope, replay, send)
        finally:
            BODY.reset(token)
