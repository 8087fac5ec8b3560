"""Keeping one process running: started, probed, restarted when it dies. This is the kubelet's part."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from infra.local import runfile
from infra.local.process import Command, Process

Check = Callable[[], Awaitable[bool]]
POLL_S = 0.2
READY_POLL_S = 0.1
FIRST_BACKOFF_S = 0.1
MAX_BACKOFF_S = 10.0
STEADY_S = 10.0


@dataclass(frozen=True, slots=True)
class Spec:
    """A process to keep: its command, where it listens, and how to see that it is well.

    Once it was ready, a process whose `live` check fails `live_failures` times in a row is killed and so
    started again; how long it takes to become ready is its own affair.
    """

    command: Command
    port: int | None
    ready: Check
    live: Check | None = None
    live_period_s: float = 10.0
    live_failures: int = 3

    @property
    def name(self) -> str:
        """Name of the process."""
        return self.command.name


class Child:
    """One process that is kept running until it is stopped."""

    def __init__(self, spec: Spec, changed: Callable[[], None], say: Callable[[str], None]) -> None:
        self.spec = spec
        self.restarts = 0
        self._ready = asyncio.Event()
        self._said = ""
        self._changed = changed
        self._say = say
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether it answered its readiness probe the last time."""
        return self._ready.is_set()

    def start(self) -> None:
        """Begin to keep it running."""
        self._task = asyncio.create_task(self._keep())

    async def until_ready(self) -> None:
        """Wait for its readiness, through restarts."""
        await self._ready.wait()

    def state(self) -> runfile.Running | None:
        """Describe it for the run file; None while it is down."""
        process = self._process
        if process is None or process.returncode() is not None:
            return None
        created = runfile.created(process.pid)
        return runfile.Running(
            self.spec.name, process.pid, created, self.spec.port, self.ready, self.restarts
        )

    async def stop(self) -> None:
        """Stop it for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._ready.clear()
        if self._process is not None:
            await asyncio.to_thread(self._process.stop)

    async def _keep(self) -> None:
        backoff = FIRST_BACKOFF_S
        while True:
            started = time.monotonic()
            await self._run_once()
            backoff = FIRST_BACKOFF_S if time.monotonic() - started > STEADY_S else backoff * 2
            await asyncio.sleep(min(backoff, MAX_BACKOFF_S))
            self.restarts += 1

    async def _run_once(self) -> None:
        try:
            process = Process(self.spec.command)
        except OSError as error:
            self._tell(f"{self.spec.name} cannot be started: {error}")
            return
        self._process = process
        self._changed()
        probes = asyncio.create_task(self._probe(process))
        try:
            while process.returncode() is None:
                await asyncio.sleep(POLL_S)
        finally:
            probes.cancel()
            self._ready.clear()
        process.stop()
        self._changed()
        code = process.returncode()
        self._tell(f"{self.spec.name} ended with {code}, starting it again: {self._last_line()}")

    def _tell(self, what: str) -> None:
        if what != self._said:
            self._said = what
            self._say(what)

    async def _probe(self, process: Process) -> None:
        failures, next_live = 0, float("inf")
        while True:
            ready = await self.spec.ready()
            if ready and next_live == float("inf"):
                next_live = time.monotonic() + self.spec.live_period_s
            if ready != self.ready:
                self._ready.set() if ready else self._ready.clear()
                self._changed()
            if self.spec.live is not None and time.monotonic() >= next_live:
                next_live = time.monotonic() + self.spec.live_period_s
                failures = 0 if await self.spec.live() else failures + 1
                if failures >= self.spec.live_failures:
                    self._say(f"{self.spec.name} does not answer its liveness probe")
                    process.kill()
                    return
            await asyncio.sleep(1.0 if ready else READY_POLL_S)

    def _last_line(self) -> str:
        tail = self._process.log_tail() if self._process else ""
        said = [line for line in tail.splitlines() if line[:1].strip()]  # not the rest of a stack trace
        return said[-1][:300] if said else "no message"
