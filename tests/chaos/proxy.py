"""A TCP proxy before PostgreSQL that can be slow, hold everything back, or cut every connection.

`python -m tests.chaos.proxy PORT HOME` serves it, and does what lines on its standard input say: a process
of its own, so that the people of a run and the proxy do not wait for each other.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from infra.local import runfile
from infra.local.paths import ROOT, Home
from tests.support.eventually import until
from tests.support.tcp import pump


class Proxy:
    """What passes, and how."""

    def __init__(self, home: Path) -> None:
        self.delay_s = 0.0
        self.held = False
        self.refusing = False
        self.cuts = 0
        self._home = home
        self._open: set[asyncio.StreamWriter] = set()

    def obey(self, order: str) -> None:
        """Do what a line says: `cut`, `refuse`, `hold`, `delay SECONDS`, or `pass` to be as if not there."""
        word, _, value = order.partition(" ")
        if word != "cut":
            self.refusing, self.held = word == "refuse", word == "hold"
            self.delay_s = float(value) if word == "delay" else 0.0
        if word in ("cut", "refuse"):
            self.cuts += len(self._open) // 2
            for writer in self._open:
                writer.transport.abort()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on until one side ends it."""
        port = postgres_port(self._home)
        if self.refusing or port is None:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, back}
        try:
            await asyncio.gather(pump(reader, back, self._wait), pump(there, writer, self._wait))
        finally:
            self._open -= {writer, back}

    async def _wait(self, _: bytes) -> None:
        while self.held:
            await asyncio.sleep(0.05)
        if self.delay_s:
            await asyncio.sleep(self.delay_s)


def postgres_port(home: Path) -> int | None:
    """Find PostgreSQL's own port; None before there is a system."""
    state = runfile.last(Home(home))
    return urlsplit(state.exports["DATABASE_URL"]).port if state else None


async def serve(port: int, home: Path) -> None:
    """Serve, and obey the lines that come in; each is answered with the number of cuts so far."""
    proxy, orders = Proxy(home), asyncio.StreamReader()
    server = await asyncio.start_server(proxy.connected, "127.0.0.1", port)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := (await orders.readline()).decode().strip():
        proxy.obey(line)
        print(proxy.cuts, flush=True)
    server.close()


class Wire:
    """The proxy's process, from outside."""

    def __init__(self, port: int, home: Path) -> None:
        self.port = port
        self.cuts = 0
        command = [sys.executable, "-m", "tests.chaos.proxy", str(port), str(home)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)

    def order(self, line: str) -> None:
        """Tell the proxy what to do from now on."""
        assert self._process.stdin, "it was started with a pipe"
        assert self._process.stdout, "it was started with a pipe"
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        self.cuts = int(self._process.stdout.readline())

    def listens(self) -> bool:
        """Whether connections are taken."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def wired(port: int, home: Path) -> Iterator[Wire]:
    """Run the proxy for the length of a block."""
    wire = Wire(port, home)
    try:
        until(wire.listens, "the proxy did not start", 60)
        yield wire
    finally:
        wire.end()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
