"""A recording KafkaSink: a real HTTP server that keeps the events it is sent, or refuses them."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.wire import NotACloudEvent, from_http_as_knative
from tests.support.eventually import until

MAX_HEADERS = 8192  # what the server of Knative's receiver reads
MAX_RECORD = 2**20  # what its producer and the topics take


@dataclass(frozen=True, slots=True)
class Received:
    """One event that was posted to a sink."""

    sink: str
    attributes: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        """The event's type."""
        return self.attributes["type"]

    @property
    def data(self) -> Any:
        """The event's data, read as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class Sinks:
    """What was received, by whom; `status` is what the sinks answer."""

    url: str = ""
    status: int = 202
    received: list[Received] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """Record one event when it is accepted."""
        body = await request.body()
        if refused := refusal(request.headers.raw, body):
            return Response(status_code=refused)
        if self.status == 202:
            named = {k.removeprefix("ce-"): v for k, v in request.headers.items() if k.startswith("ce-")}
            self.received.append(Received(request.path_params["sink"], named, body))
        return Response(status_code=self.status)

    def to(self, sink: str) -> list[Received]:
        """What one sink received."""
        return [event for event in self.received if event.sink == sink]

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        until(holds, lambda: f"the sinks received {[(e.sink, e.type) for e in self.received]}")


def refusal(headers: list[tuple[bytes, bytes]], body: bytes) -> int:
    """Say how Knative refuses a request; 0 when it takes it."""
    if sum(len(name) + len(value) + 4 for name, value in headers) > MAX_HEADERS:
        return 431
    if len(body) + sum(len(name) + len(value) for name, value in headers) > MAX_RECORD:
        return 503
    try:
        from_http_as_knative(headers, body)
    except NotACloudEvent:
        return 400
    return 0


@contextmanager
def serving(port: int, tls: Callable[[ssl.SSLContext], None] | None = None) -> Iterator[Sinks]:
    """Serve the sinks of a namespace on a port of this machine; `tls` gives a context its certificate."""
    sinks = Sinks(f"{'https' if tls else 'http'}://127.0.0.1:{port}/learnflow")
    app = Starlette(routes=[Route("/learnflow/{sink}", sinks.take, methods=["POST"])])
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error")
    if tls:
        config.load()
        config.ssl = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls(config.ssl)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started, "the sinks did not start")
    try:
        yield sinks
    finally:
        server.should_exit = True
        thread.join()
