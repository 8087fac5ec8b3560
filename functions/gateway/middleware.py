"""What every request passes: an id, a limit of its body, safe headers, a line in the log."""

from __future__ import annotations

import logging
import time
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from functions.gateway.errors import TooLarge
from functions.gateway.problems import of_refusal, problem, routed
from functions.runtime import logs, metrics
from functions.runtime.errors import redacted_traceback
from functions.runtime.health import request_id_of

MAX_BODY = 64 * 1024
METHODS = {"GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT", "PATCH"}
SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}

log = logging.getLogger("gateway.access")


class AccessLog:
    """The outermost layer of the gateway: whatever happens inside, there is one answer and one log line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(Headers(scope=scope).get("x-request-id"))
        own_id = uuid4().hex
        scope.setdefault("state", {}).update(request_id=request_id, own_id=own_id)
        began, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                complete(MutableHeaders(raw=message["headers"]), request_id)
            await send(message)

        with logs.context(request_id=request_id, own_id=own_id):
            try:
                await self._app(scope, receive, answer)
            except Exception as error:  # noqa: BLE001  # whatever happens inside, there is one answer
                # the message of an error may quote what a student wrote
                log.error("a route failed", extra={"exception": redacted_traceback(error)})
                if not status:
                    failed = problem(
                        scope["path"], 500, "internal", "Internal Server Error", "Please try again."
                    )
                    await failed(scope, receive, answer)
            seconds = time.perf_counter() - began
            milliseconds = round(seconds * 1000, 1)
            metrics.observe(
                "learnflow_http_seconds",
                seconds,
                method=scope["method"] if scope["method"] in METHODS else "other",
                route=getattr(scope.get("route"), "path", "other"),
                status=str(status),
            )
            log.info("%s %s %d", scope["method"], scope["path"], status, extra={"duration_ms": milliseconds})


class BodyLimit:
    """Refuses a body that is said to be too large; inside CORS, so that a page can read the refusal."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be read."""
        inner = self._app
        if scope["type"] == "http":
            length = Headers(scope=scope).get("content-length", "")
            if length.isdigit() and int(length) > MAX_BODY:
                inner = of_refusal(scope["path"], TooLarge(f"at most {MAX_BODY} bytes are taken"))
        await inner(scope, receive, send)


class UrlNormalizer:
    """Takes what is plainly meant: HEAD where there is GET, a slash at the end, an empty parameter."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request that is meant."""
        if scope["type"] != "http" or not scope["path"].startswith(f"{self._prefix}/"):
            await self._app(scope, receive, send)
            return
        # a copy: the server has to know that the answer of a HEAD has no body
        meant = {**scope, **plain(scope)}
        try:
            await self._app(meant, receive, send)
        finally:
            scope["route"] = meant.get("route")


def plain(scope: Scope) -> dict[str, Any]:
    """Name method, path and parameters as the routes have them."""
    path = scope["path"].rstrip("/")
    given = [one for one in scope["query_string"].split(b"&") if one.partition(b"=")[2]]
    return {"method": routed(scope["method"], path), "path": path, "query_string": b"&".join(given)}


def complete(headers: MutableHeaders, request_id: str) -> None:
    """Add what every answer carries; a route may have said something else."""
    headers["x-request-id"] = request_id
    for name, value in SAFE.items():
        headers.setdefault(name, value)
