"""The front of a Service: what queue-proxy and the activator do between a caller and its processes."""

import asyncio
import logging
from collections.abc import Coroutine
from io import BytesIO
from typing import Any

import aiohttp
from yarl import URL

from infra.standin.asgi import (
    ClientGone,
    HeaderList,
    Receive,
    Scope,
    Send,
    TooLarge,
    read_body,
    respond,
)
from infra.standin.backends import Backend, Backends, QueueFull
from infra.standin.plan import ServicePlan
from infra.standin.settings import Settings

log = logging.getLogger(__name__)
_HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"})


class Front:
    """ASGI application that passes requests on to the instances of one Service.

    At most `containerConcurrency` requests are at an instance, ten times as many wait, the rest get 503.
    """

    def __init__(
        self, service: ServicePlan, backends: Backends, session: aiohttp.ClientSession, settings: Settings
    ) -> None:
        self._service = service
        self._backends = backends
        self._session = session
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        try:
            body = await read_body(receive, self._settings.max_request_bytes)
        except ClientGone:
            return
        except TooLarge:
            await respond(send, 413)
            return
        await _unless_gone(receive, self._answer(scope, body, send))

    async def _answer(self, scope: Scope, body: bytes, send: Send) -> None:
        reply = _Reply(send)
        try:
            # waiting in the queue counts, as in queue-proxy
            async with asyncio.timeout(self._service.timeout_s):
                await self._pass_on(scope, body, reply)
        except QueueFull:
            await reply.fail(503, b"pending request queue full", [(b"retry-after", b"1")])
        except TimeoutError:
            await reply.fail(504, b"request timeout")
        except (aiohttp.ClientError, OSError) as error:
            log.warning("an instance failed", extra={"service": self._service.name, "error": repr(error)})
            await reply.fail(502, b"")

    async def _pass_on(self, scope: Scope, body: bytes, reply: "_Reply") -> None:
        while True:
            async with self._backends.take() as backend:
                try:
                    await self._request(backend, scope, body, reply)
                    return
                except aiohttp.ClientConnectorError:
                    # nothing was sent, so another instance may have it
                    self._backends.lost(backend)

    async def _request(self, backend: Backend, scope: Scope, body: bytes, reply: "_Reply") -> None:
        target = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        url = URL(f"http://127.0.0.1:{backend.port}{target}{'?' + query if query else ''}", encoded=True)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope["headers"]
            if name not in _HOP_BY_HOP and name != b"content-length"
        ]
        async with self._session.request(
            scope["method"], url, data=BytesIO(body) if body else None, headers=headers, allow_redirects=False
        ) as response:
            await reply.start(response.status, response.raw_headers)
            async for chunk in response.content.iter_any():
                await reply.write(chunk)
            await reply.end()


class _Reply:
    """The answer to the caller, which may have begun when something fails."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._started = False

    async def start(self, status: int, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        self._started = True
        kept = [(name.lower(), value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
        await self._send({"type": "http.response.start", "status": status, "headers": kept})

    async def write(self, chunk: bytes) -> None:
        await self._send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b""})

    async def fail(self, status: int, body: bytes, headers: HeaderList | None = None) -> None:
        """Answer with an error, or cut an answer that has begun."""
        if self._started:
            raise ConnectionAbortedError("the answer was cut")
        await respond(self._send, status, body, headers)


async def _unless_gone(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Run `work`, and cancel it when the client hangs up."""
    answering = asyncio.create_task(work)
    hanging_up = asyncio.create_task(_hang_up(receive))
    try:
        await asyncio.wait({answering, hanging_up}, return_when=asyncio.FIRST_COMPLETED)
        hanging_up.cancel()
        answering.cancel()
        await answering
    except asyncio.CancelledError:
        if not answering.cancelled():
            answering.cancel()
            raise
    finally:
        hanging_up.cancel()


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
