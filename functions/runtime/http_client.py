"""HTTP/1.1 to one server, for what happens with every event: httpx takes several times the processor time.

A request is one write, and its answer is parsed by httptools, in C. Connections are kept in a stack of a few,
the warmest on top, so that none is looked at but the one that is used. It follows no redirects, keeps no
cookies and knows no proxies: inside a cluster there are none.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httptools

from functions.runtime.certificates import trusted

# More than that wait idle only after a rush; the server of Knative's receiver closes what is idle for longer.
MAX_IDLE = 4
IDLE_S = 60.0


class NoAnswer(Exception):
    """The server could not be reached, or the connection ended before its answer."""


class Stale(NoAnswer):
    """A kept connection was closed by the server while the request was on its way."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    body: bytes = b""


class HttpClient:
    """Sends POST requests to one server; opens a connection when no kept one is free."""

    def __init__(self, base_url: str, limit_s: float) -> None:
        found = urlsplit(base_url)
        self._tls: ssl.SSLContext | None = trusted(base_url) if found.scheme == "https" else None
        self._address = found.hostname or "", found.port or (443 if self._tls else 80)
        self._host, self._path = found.netloc.rpartition("@")[2].encode(), found.path.rstrip("/")
        self._limit_s = limit_s
        self._idle: list[Connection] = []

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post once; raises NoAnswer, or TimeoutError after the limit.

        Over a kept connection that turns out to be closed it is sent again, so the server may see it twice.
        """
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {self._path}{path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n"
        request = b"%bhost: %b\r\n\r\n%b" % (head.encode("latin-1"), self._host, body)
        async with asyncio.timeout(self._limit_s):
            while True:
                connection = self._kept() or await self._opened()
                try:
                    return await self._exchange(connection, request)
                except Stale:
                    continue

    async def close(self) -> None:
        """Close what is kept."""
        while self._idle:
            self._idle.pop().close()

    async def _exchange(self, connection: Connection, request: bytes) -> Answer:
        try:
            answer = await connection.send(request)
        except BaseException:
            # also when the caller gave up: the answer that is still to come would be taken for another's
            connection.close()
            raise
        if connection.reusable and len(self._idle) < MAX_IDLE:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def _kept(self) -> Connection | None:
        """Take the connection that was used last, unless it is too old or closed."""
        before = asyncio.get_running_loop().time() - IDLE_S
        while self._idle:
            found = self._idle.pop()
            if found.reusable and found.used_at > before:
                return found
            found.close()
        return None

    async def _opened(self) -> Connection:
        loop, (host, port) = asyncio.get_running_loop(), self._address
        try:
            _, connection = await loop.create_connection(Connection, host, port, ssl=self._tls)
        except OSError as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        return connection


class Connection(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiting: asyncio.Future[Answer] | None = None
        self._body: list[bytes] = []
        self._used = False
        self.reusable = True
        self.used_at = 0.0

    async def send(self, request: bytes) -> Answer:
        """Send a request and wait for its answer; raises NoAnswer."""
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        if self._transport is None or self._transport.is_closing():
            raise self._broken()
        self._transport.write(request)
        answer = await self._waiting
        self._waiting, self._used, self.used_at = None, True, loop.time()
        return answer

    def close(self) -> None:
        """Close the connection."""
        self.reusable = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport (called by the event loop, as the next two)."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._end(NoAnswer(f"no HTTP: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits for an answer."""
        self._end(self._broken())

    def on_body(self, body: bytes) -> None:
        """Collect the body (called by the parser, as the next)."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Give the whole answer to who waits for it."""
        self.reusable = self.reusable and self._parser.should_keep_alive()
        answer = Answer(self._parser.get_status_code(), b"".join(self._body))
        self._body = []
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(answer)

    def _end(self, error: NoAnswer) -> None:
        self.close()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)

    def _broken(self) -> NoAnswer:
        """Say that the connection ended; the server may close one that was kept at any time."""
        return Stale("closed while idle") if self._used else NoAnswer("closed before the answer")
