"""Bring a system up, keep it running in the foreground, and leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from functions.runtime.certificates import nobody
from infra.local import credentials, runfile, setup, tryout
from infra.local.children import Child, Spec
from infra.local.errors import AlreadyRunning
from infra.local.paths import Home
from infra.local.process import kill_group
from infra.local.system import System, create_database, design

LOG_LIMIT = 16 * 1024 * 1024
LOG_CHECK_S = 10.0


def say(text: str) -> None:
    """Show progress."""
    print(f"learnflow: {text}", flush=True)


class Supervisor:
    """The processes of one system."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.stopping = asyncio.Event()
        self._ready = False
        self._children: list[Child] = []

    async def run(self) -> None:
        """Start everything, wait for a signal, stop everything."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        async with httpx.AsyncClient(verify=nobody()) as client:
            work = asyncio.create_task(self._bring_up(client))
            stop = asyncio.create_task(self.stopping.wait())
            try:
                await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
                if work.done() and not self.stopping.is_set():
                    work.result()
                    await self._watch(stop)
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                await self._stop_all()

    async def _bring_up(self, client: httpx.AsyncClient) -> None:
        started, system = time.monotonic(), self.system
        await asyncio.gather(
            asyncio.to_thread(system.postgres.initialise), asyncio.to_thread(system.kafka.initialise)
        )
        servers = [self._start(spec) for spec in system.servers(client)]
        say("starting PostgreSQL, Kafka, the stand-in for Knative")
        await servers[0].until_ready()
        await create_database(system.postgres)
        services = [self._start(spec) for spec in system.services(client)]
        say(f"starting {', '.join(child.spec.name for child in services)}")
        for child in [*servers, *services]:
            await child.until_ready()
        self._ready = True
        self._publish()
        say(f"ready after {time.monotonic() - started:.1f} s on {system.url}")
        await tryout.show(system.url, system.credentials, client)

    def _start(self, spec: Spec) -> Child:
        child = Child(spec, self._publish, say)
        self._children.append(child)
        child.start()
        return child

    def _publish(self) -> None:
        processes = [state for child in self._children if (state := child.state())]
        pid = os.getpid()
        ready = self._ready and len(processes) == len(self._children) and all(p.ready for p in processes)
        exports = self.system.exports()
        runfile.write(
            self.system.home, runfile.RunState(pid, runfile.created(pid), ready, exports, processes)
        )

    async def _watch(self, stop: asyncio.Task[bool]) -> None:
        while not stop.done():
            for child in self._children:
                rotate(child)
            await asyncio.wait({stop}, timeout=LOG_CHECK_S)

    async def _stop_all(self) -> None:
        """Stop in the order that loses least time: first what takes requests, last what keeps data."""
        say("stopping")
        names = {child.spec.name: child for child in self._children}
        last = [names.pop(name) for name in ("kafka", "postgres") if name in names]
        first = [child for name, child in names.items() if name.startswith("gateway")]
        second = [names["knative"]] if "knative" in names else []
        third = [child for child in names.values() if child not in first + second]
        for group in (first, second, third, last):
            await asyncio.gather(*(child.stop() for child in group))
        runfile.remove(self.system.home)
        say("stopped")


def rotate(child: Child) -> None:
    """Keep a log within bounds: what is there moves to `.1`; the process goes on writing to the same file."""
    log = child.spec.command.log
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)


@contextmanager
def only_one(home: Home) -> Iterator[None]:
    """Hold the home for this process; raises AlreadyRunning when another one does."""
    home.path.mkdir(parents=True, exist_ok=True)
    with (home.path / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            state = runfile.last(home)
            where = f" on {state.exports['LEARNFLOW_URL']} (pid {state.pid})" if state else ""
            raise AlreadyRunning(f"LearnFlow is running already{where}; ./task down ends it") from None
        yield


def clear_leftovers(home: Home) -> None:
    """End what a supervisor that was killed left running, and nothing else."""
    state = runfile.last(home)
    for process in state.processes if state else []:
        if runfile.alive(process.pid, process.created):
            say(f"ending {process.name} (pid {process.pid}), left over from a system that was killed")
            kill_group(process.pid)
    runfile.remove(home)


def up(home: Home) -> None:
    """Run a system until SIGINT or SIGTERM."""
    with only_one(home):
        setup.set_up(say)
        clear_leftovers(home)
        system = design(home, credentials.load(home))
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(Supervisor(system).run())
