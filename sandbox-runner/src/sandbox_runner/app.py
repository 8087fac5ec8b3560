"""The HTTP door: POST /execute and the three health checks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from sandbox_runner import conversation, sentry
from sandbox_runner.errors import BadRequest, SandboxError, TooLarge, Unavailable
from sandbox_runner.metrics import Metrics
from sandbox_runner.pool import Pool, Zygotes
from sandbox_runner.readiness import Readiness
from sandbox_runner.requests import MAX_BODY, parse
from sandbox_runner.seeded import Pools
from sandbox_runner.service import Service
from sandbox_runner.settings import Settings

log = logging.getLogger(__name__)


class Door:
    """The handlers, and the parts they need, put together at start-up."""

    def __init__(
        self, settings: Settings, zygotes: Zygotes | None, leave: Callable[[int], None], metrics: Metrics
    ) -> None:
        self.metrics = metrics
        self.pool = pool = Pool(settings, zygotes, on_death=lambda: leave(1))
        self.pools = pools = Pools(settings, zygotes, pool, on_death=lambda: leave(1))
        self.service = service = Service(settings, pools, on_fat=lambda: leave(75), metrics=metrics)
        self.readiness = Readiness(settings, pool, service)
        metrics.watch(
            {
                "waiting": lambda: service.waiting,
                "running": lambda: service.running,
                "cells": lambda: pool.idle,
                "memory": lambda: sentry.read_memory().footprint,
            }
        )

    async def execute(self, http: HttpRequest) -> Response:
        """Run a program; whatever a learner's program does is a 200."""
        try:
            if self.readiness.reason:
                raise Unavailable(self.readiness.reason)
            request = parse(await _body(http))
            answer = await _unless_gone(http, self.service.execute(request))
        except SandboxError as error:
            self.metrics.refused(error)
            return _problem(error)
        if answer is None:
            return Response(status_code=499)
        return _json(500 if answer["status"] == "internal_error" else 200, answer)

    async def live(self, http: HttpRequest) -> Response:
        """Answer as long as the event loop turns."""
        return _json(200, {"status": "ok", "checks": {}})

    async def ready(self, http: HttpRequest) -> Response:
        """Tell whether requests can be taken."""
        return self._health(self.readiness.reason is None)

    async def startup(self, http: HttpRequest) -> Response:
        """Tell whether the start-up test has passed."""
        return self._health(self.readiness.started)

    def _health(self, well: bool) -> Response:
        body = {"status": "ok" if well else "unavailable", "checks": self.readiness.checks()}
        return _json(200 if well else 503, body)


def create_app(
    settings: Settings, zygotes: Zygotes | None, leave: Callable[[int], None], metrics: Metrics
) -> Starlette:
    """Build the application; `leave` ends the process with an exit code when it should be replaced."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        door = app.state.door = Door(settings, zygotes, leave, metrics)
        establishing = asyncio.create_task(door.readiness.establish())
        yield
        door.readiness.stopping = True
        establishing.cancel()
        await door.pools.close()
        await door.pool.close()

    def handler(name: str) -> Callable[[HttpRequest], Any]:
        async def handle(http: HttpRequest) -> Response:
            response: Response = await getattr(http.app.state.door, name)(http)
            return response

        return handle

    async def talk(socket: WebSocket) -> None:
        door = socket.app.state.door
        await conversation.serve(socket, door.service, door.readiness)

    routes: list[BaseRoute] = [Route("/execute", handler("execute"), methods=["POST"])]
    routes.append(WebSocketRoute("/interactive", talk))
    routes += [Route(f"/health/{name}", handler(name)) for name in ("live", "ready", "startup")]
    return Starlette(routes=routes, lifespan=lifespan)


async def _body(http: HttpRequest) -> bytes:
    body = b""
    async for piece in http.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise TooLarge("body", f"more than {MAX_BODY} bytes")
    return body


async def _unless_gone(http: HttpRequest, work: Any) -> dict[str, Any] | None:
    """Do the work unless the client hangs up, which frees its place and its cell."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnect(http))
    await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    if task.done():
        result: dict[str, Any] = task.result()
        return result
    task.cancel()
    await asyncio.wait({task})
    return None


async def _disconnect(http: HttpRequest) -> None:
    while (await http.receive())["type"] != "http.disconnect":
        pass


def _json(status: int, body: dict[str, Any], kind: str = "application/json", **headers: str) -> Response:
    return Response(json.dumps(body, allow_nan=False), status, headers, media_type=kind)


def _problem(error: SandboxError) -> Response:
    body: dict[str, Any] = {"title": error.title, "status": error.status, "detail": str(error)}
    headers = {}
    if isinstance(error, BadRequest):
        body["errors"] = [{"field": error.field, "message": error.message}]
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after_s)
    return _json(error.status, body, "application/problem+json", **headers)
