"""A wire between a function and PostgreSQL that counts round trips."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from functions.runtime import outbox
from tests.support.eventually import DEADLINE_S
from tests.support.tcp import pump

STARTUP, MESSAGE = 4, 5
# Each of these makes the server answer, and the client wait: Query, Sync, and a Flush asks for what is there.
ROUND_TRIP = frozenset(b"QSH")


@dataclass(slots=True)
class Wire:
    """Where to connect instead, and what went over since the last look."""

    url: str = ""
    round_trips: int = 0


class Frames:
    """Cuts what a client sends into messages; the first ones have no type."""

    def __init__(self) -> None:
        self._rest = b""
        self._started = False

    def round_trips(self, chunk: bytes) -> int:
        """Count the messages of a chunk that wait for an answer."""
        self._rest += chunk
        found = 0
        while (head := MESSAGE if self._started else STARTUP) <= len(self._rest):
            length = int.from_bytes(self._rest[head - 4 : head]) + head - 4
            if len(self._rest) < length:
                break
            if self._started:
                found += self._rest[0] in ROUND_TRIP
            elif self._rest[4:8] == (3 << 16).to_bytes(4):
                self._started = True
            self._rest = self._rest[length:]
        return found


@contextmanager
def wired(database_url: str) -> Iterator[Wire]:
    """Put a wire before a database for the length of a block."""
    wire, ready, loop = Wire(), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=run, args=(loop, serve(wire, database_url, ready, stop)))
    thread.start()
    ready.wait(10)
    try:
        yield wire
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def run(loop: asyncio.AbstractEventLoop, serving: Coroutine[Any, Any, None]) -> None:
    """Run a loop to its end, with all connections that are still open."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(serving)


async def serve(wire: Wire, database_url: str, ready: threading.Event, stop: asyncio.Event) -> None:
    """Pass connections on until stopped."""
    parts = urlsplit(database_url)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(parts.hostname, parts.port)
        frames = Frames()

        async def count(chunk: bytes) -> None:
            wire.round_trips += frames.round_trips(chunk)

        with suppress(asyncio.CancelledError):  # the end of the wire is the end of its connections
            await asyncio.gather(pump(reader, back, count), pump(there, writer))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    user = f"{parts.username}:{parts.password}@" if parts.password else f"{parts.username}@"
    wire.url = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{port}"))
    ready.set()
    await stop.wait()
    server.close()


async def rest(wire: Wire, db: Any) -> int:
    """Wait until all is marked and nothing is asked any more, and give what was asked so far."""
    seen = -1
    async with asyncio.timeout(DEADLINE_S):
        while wire.round_trips != seen or any(await outbox.waiting(db)):
            seen = wire.round_trips
            await asyncio.sleep(0.2)
    return seen
