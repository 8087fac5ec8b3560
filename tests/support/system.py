"""A whole local system of its own, for tests that need everything."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self

import psutil

from infra.local import runfile
from infra.local.paths import ROOT, Home
from infra.local.ports import free_ports

READY_S = 90.0


class LocalSystem:
    """The processes that `./task up` starts, in a home and on ports of their own."""

    command: ClassVar[tuple[str, ...]] = ("infra.local", "up")

    def __init__(self, folder: Path, **environ: str) -> None:
        self.home = Home(folder)
        self.log = folder.parent / f"{folder.name}.log"
        own = {"LEARNFLOW_HOME": str(folder), "LEARNFLOW_PORT": str(free_ports(1)[0])}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=ROOT,
                env={**os.environ, **own, **environ},
                stdout=log,
                stderr=log,
            )

    @property
    def exports(self) -> dict[str, str]:
        """What `./task env` prints."""
        return runfile.read(self.home).exports

    @property
    def url(self) -> str:
        """Address of the gateway."""
        return self.exports["LEARNFLOW_URL"]

    def ready(self) -> bool:
        """Whether every process is ready."""
        state = runfile.last(self.home)
        return state is not None and state.ready and state.pid == self.process.pid

    def wait_ready(self, limit_s: float = READY_S) -> None:
        """Wait until every process is ready; fails with the log when one never is."""
        end = time.monotonic() + limit_s
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the system is not ready:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)

    def pid(self, name: str) -> int:
        """Give the pid of a process by its name."""
        return runfile.read(self.home).process(name).pid

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a process and to all it started; the supervisor starts it again."""
        os.killpg(self.pid(name), number)

    def freeze(self, name: str) -> None:
        """Stop a process and all it started from doing anything, without ending it."""
        self._signal_tree(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let it go on."""
        self._signal_tree(name, signal.SIGCONT)

    def _signal_tree(self, name: str, number: signal.Signals) -> None:
        top = psutil.Process(self.pid(name))
        for process in (top, *top.children(recursive=True)):
            process.send_signal(number)

    async def begin_task(self, module: str, *words: str) -> asyncio.subprocess.Process:
        """Begin a program of the project that works with this system; it says everything on one stream."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *words),
            cwd=ROOT,
            env={**os.environ, "LEARNFLOW_HOME": str(self.home.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def stop(self) -> int:
        """End the system and give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=90)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if self.process.poll() is None:
            self.stop()


@contextmanager
def running(folder: Path, **environ: str) -> Iterator[LocalSystem]:
    """Run a system for the length of a block."""
    with LocalSystem(folder, **environ) as system:
        system.wait_ready()
        yield system
