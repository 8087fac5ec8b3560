"""The runner's end of one cell: pipes, clock and limits; used once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
from collections.abc import Callable
from dataclasses import dataclass

from sandbox_runner.capture import KILL_ABOVE, REPORT_LIMIT, Report, Stream
from sandbox_runner.errors import Unavailable
from sandbox_runner.spawners import Exit, Spawner

_REAP_S = 2.0
_DRAIN_S = 0.25
_READ = 64 * 1024
_PAUSE_S = 0.002
_LENGTH = 4  # bytes that say how long the request is; what follows is input
_identities = itertools.count(1)


OnOutput = Callable[[int, bytes], None]


@dataclass(frozen=True)
class Baseline:
    """What the idle cell had used already."""

    peak_rss: int = 0
    cpu_s: float = 0.0


@dataclass(frozen=True)
class Run:
    """All that is known about one use of a cell; `stopped` says why we ended it, if we did."""

    stdout: Stream
    stderr: Stream
    report: Report
    baseline: Baseline
    exit: Exit | None
    stopped: str | None
    seconds: float
    cpu_limit_s: int = 5


class Cell:
    """A process that waits for its one program."""

    def __init__(self, spawner: Spawner, cpu_s: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._spawner, self._cpu_s = spawner, cpu_s
        self._identity = next(_identities)
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self._exited: asyncio.Future[Exit] = self._loop.create_future()
        self._ended: asyncio.Future[str | None] = self._loop.create_future()
        self._drained: asyncio.Future[None] = self._loop.create_future()
        self._baseline = Baseline()
        self._stdout, self._stderr, self._report = Stream(), Stream(), Report()
        self._unsent, self._no_more = bytearray(), False
        self._on_output: OnOutput | None = None
        self._open_pipes()

    def _open_pipes(self) -> None:
        request, self._request = os.pipe()
        output, errors, report = os.pipe(), os.pipe(), os.pipe()
        self._sinks: dict[int, Stream | Report] = {
            output[0]: self._stdout,
            errors[0]: self._stderr,
            report[0]: self._report,
        }
        for fd in (self._request, *self._sinks):
            os.set_blocking(fd, False)
        for fd in self._sinks:
            self._loop.add_reader(fd, self._read, fd)
        theirs = (request, output[1], errors[1], report[1])
        try:
            self._spawner.spawn(self._identity, theirs, self._on_exit)
        finally:
            for fd in theirs:
                os.close(fd)

    @property
    def alive(self) -> bool:
        """Tell whether the process still waits."""
        return not self._exited.done()

    @property
    def pid(self) -> int:
        """Tell the process id as the runner sees it; 0 when it is not known."""
        return self._spawner.pid(self._identity)

    def pause(self) -> None:
        """Let the process stand still."""
        self._spawner.pause(self._identity)

    def go_on(self) -> None:
        """Let it go on."""
        self._spawner.go_on(self._identity)

    def stop(self, reason: str) -> None:
        """End the run for a reason that the answer names."""
        if not self._ended.done():
            self._ended.set_result(reason)

    def listen(self, on_output: OnOutput, on_wait: Callable[[bool], None]) -> None:
        """Hear what is written as it comes, and when the program begins and ends waiting for input."""

        def waits(begins: bool) -> None:
            # What was written before comes first.
            for fd in [fd for fd, sink in self._sinks.items() if sink is not self._report]:
                self._read(fd)
            on_wait(begins)

        self._on_output, self._report.on_wait = on_output, waits

    def feed(self, data: bytes) -> None:
        """Pass something in, after what is on its way already."""
        self._unsent += data
        self._send()

    def end_input(self) -> None:
        """Let nothing more in."""
        self._no_more = True
        self._send()

    async def run(self, payload: bytes, seconds: float, open_input: bool = False) -> Run:
        """Run the one program; always leaves nothing behind, also when cancelled."""
        started = self._loop.time()
        self.feed(len(payload).to_bytes(_LENGTH, "big") + payload)
        if not open_input:
            self.end_input()
        timer = self._loop.call_at(started + seconds, self.stop, "timeout")
        try:
            stopped = await self._ended
            if stopped:
                self._spawner.kill(self._identity)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._exited), _REAP_S)
                await asyncio.wait_for(asyncio.shield(self._drained), _DRAIN_S)
        finally:
            timer.cancel()
            self.close()
        exit_ = self._exited.result() if self._exited.done() else None
        took = self._loop.time() - started
        return Run(
            self._stdout, self._stderr, self._report, self._baseline, exit_, stopped, took, self._cpu_s
        )

    def close(self) -> None:
        """Kill the process if it still lives and close our ends."""
        self._spawner.kill(self._identity)
        for fd in list(self._sinks):
            self._close_sink(fd)
        self._close_request()

    def _send(self) -> None:
        if self._request < 0:
            return
        self._loop.remove_writer(self._request)
        try:
            while self._unsent:
                del self._unsent[: os.write(self._request, self._unsent)]
        except BlockingIOError:
            self._loop.add_writer(self._request, self._send)
        except BrokenPipeError:
            self._close_request()
        else:
            if self._no_more:
                self._close_request()

    def _close_request(self) -> None:
        if self._request >= 0:
            self._loop.remove_writer(self._request)
            os.close(self._request)
            self._request = -1

    def _close_sink(self, fd: int) -> None:
        self._loop.remove_reader(fd)
        os.close(fd)
        del self._sinks[fd]
        if not self._sinks and not self._drained.done():
            self._drained.set_result(None)

    def _read(self, fd: int) -> None:
        try:
            data = os.read(fd, _READ)
        except BlockingIOError:
            return
        if not data:
            self._close_sink(fd)
            return
        sink = self._sinks[fd]
        sink.feed(data)
        if self._on_output is not None and isinstance(sink, Stream):
            self._on_output(int(sink is self._stderr), data)
        if self.ready.done() and self.alive:
            self._pause(fd)
        if self._stdout.total + self._stderr.total > KILL_ABOVE or self._report.total > REPORT_LIMIT:
            self.stop("output_limit")
        if not self.ready.done() and self._report.head:
            self._greet(self._report.head)

    def _pause(self, fd: int) -> None:
        """Let output gather: waking up for every line would take the processor from the program."""
        self._loop.remove_reader(fd)
        self._loop.call_later(_PAUSE_S, self._resume, fd)

    def _resume(self, fd: int) -> None:
        if fd in self._sinks:
            self._loop.add_reader(fd, self._read, fd)

    def _greet(self, head: str) -> None:
        word, _, rest = head.partition(" ")
        if word == "ready":
            numbers = json.loads(rest)
            self._baseline = Baseline(numbers["peak_rss"], numbers["cpu_s"])
            self.ready.set_result(None)
        else:
            self.ready.set_exception(Unavailable(f"no cell: {rest}"))

    def _on_exit(self, exit_: Exit) -> None:
        self._exited.set_result(exit_)
        for fd in self._sinks:
            self._resume(fd)
        if not self.ready.done():
            # The reason may still be in the pipe.
            self._loop.call_later(_DRAIN_S, self._give_up)
        if not self._ended.done():
            self._ended.set_result(None)

    def _give_up(self) -> None:
        if not self.ready.done():
            self.ready.set_exception(Unavailable("no cell: it ended before it was ready"))
