"""Where cells come from: cloned by the zygote, or plain processes on machines without gVisor."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sandbox_runner.settings import MIB, Settings

THREADS = 64
_CELL = Path(__file__).parent / "cell"


@dataclass(frozen=True)
class Exit:
    """How a cell ended, as the kernel tells it."""

    status: int
    cpu_s: float
    peak_rss: int


OnExit = Callable[[Exit], None]


class Spawner(Protocol):
    """Makes cells; the descriptors are request, stdout, stderr and report."""

    def spawn(self, identity: int, fds: Sequence[int], on_exit: OnExit) -> None:
        """Start a cell."""

    def pid(self, identity: int) -> int:
        """Tell a cell's process id; 0 when it is not known."""

    def pause(self, identity: int) -> None:
        """Let a cell stand still."""

    def go_on(self, identity: int) -> None:
        """Let a cell go on."""

    def kill(self, identity: int) -> None:
        """End a cell and all it started."""

    def retire(self) -> None:
        """Go away as soon as the last cell has ended."""


def _environment(python: str, hash_seed: int | None) -> dict[str, str]:
    # A relocated interpreter would otherwise pick up the libpython of the system.
    library = str(Path(python).resolve().parent.parent / "lib")
    seed = {} if hash_seed is None else {"PYTHONHASHSEED": str(hash_seed)}
    return {
        "LD_LIBRARY_PATH": library,
        "MALLOC_ARENA_MAX": "1",
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        **seed,
    }


def _options(hash_seed: int | None) -> list[str]:
    """Isolate the interpreter; one with a hash seed has to read it from the environment, which is ours."""
    return ["-I", "-S"] if hash_seed is None else ["-s", "-P", "-S"]


class ZygoteProcess:
    """A zygote that is starting; it needs no event loop yet, so it can start before anything else."""

    def __init__(self, settings: Settings, filter_program: bytes, hash_seed: int | None) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        limits = {
            "memory": settings.memory_mib * MIB,
            "cpu_s": settings.cpu_s,
            # counted for all cells together: the kernel knows one user
            "threads": settings.places * THREADS,
        }
        self.process = subprocess.Popen(
            [
                settings.python,
                *_options(hash_seed),
                str(_CELL / "zygote.py"),
                str(theirs.fileno()),
                json.dumps(limits),
            ],
            pass_fds=[theirs.fileno()],
            env=_environment(settings.python, hash_seed),
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self.control.send(filter_program)


class ZygoteSpawner:
    """The runner's end of the zygote."""

    def __init__(self, zygote: ZygoteProcess, on_death: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_death = on_death
        self._cells: dict[int, OnExit] = {}
        self._pids: dict[int, int] = {}
        self._retired = False
        self.up = self._loop.create_future()
        self._process, self._control = zygote.process, zygote.control
        self._control.setblocking(False)
        self._loop.add_reader(self._control, self._receive)

    def spawn(self, identity: int, fds: Sequence[int], on_exit: OnExit) -> None:
        """Ask for a cell."""
        self._cells[identity] = on_exit
        message = json.dumps({"op": "spawn", "id": identity}).encode()
        socket.send_fds(self._control, [message], list(fds))

    def pid(self, identity: int) -> int:
        """Tell a cell's process id; 0 before the zygote has told it and after the end."""
        return self._pids.get(identity, 0)

    def kill(self, identity: int) -> None:
        """Ask for the end of a cell; one that has ended already is left alone."""
        self._signal("kill", identity)

    def pause(self, identity: int) -> None:
        """Let a cell stand still."""
        self._signal("pause", identity)

    def go_on(self, identity: int) -> None:
        """Let a cell go on."""
        self._signal("go_on", identity)

    def _signal(self, operation: str, identity: int) -> None:
        if identity in self._cells:
            self._control.send(json.dumps({"op": operation, "id": identity}).encode())

    def retire(self) -> None:
        """Close the control socket, now or after the last cell."""
        self._retired = True
        if not self._cells:
            self.close()

    def close(self) -> None:
        """End the zygote and with it all its cells."""
        if self._control.fileno() < 0:
            return
        self._retired = True
        self._loop.remove_reader(self._control)
        self._control.close()
        self._loop.run_in_executor(None, self._process.wait)

    def _receive(self) -> None:
        while self._control.fileno() >= 0:
            try:
                message = self._control.recv(4096)
            except BlockingIOError:
                return
            except ConnectionError:
                message = b""
            if not message:
                self._lost()
                return
            self._take(json.loads(message))

    def _take(self, message: dict[str, float]) -> None:
        if "id" not in message:
            self.up.set_result(None)
            return
        identity = int(message["id"])
        if "pid" in message:
            self._pids[identity] = int(message["pid"])
            return
        self._pids.pop(identity, None)
        on_exit = self._cells.pop(identity)
        on_exit(Exit(int(message["status"]), message["cpu_s"], int(message["peak_rss"])))
        if self._retired and not self._cells:
            self.close()

    def _lost(self) -> None:
        expected = self._retired
        self.close()
        if not expected:
            self._on_death()


class ProcessSpawner:
    """Plain processes with resource limits: no isolation at all."""

    def __init__(self, settings: Settings, hash_seed: int | None) -> None:
        self._settings, self._hash_seed = settings, hash_seed
        self._loop = asyncio.get_running_loop()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def spawn(self, identity: int, fds: Sequence[int], on_exit: OnExit) -> None:
        """Start an interpreter in a folder of its own."""
        folder = tempfile.TemporaryDirectory(prefix="learnflow-", ignore_cleanup_errors=True)
        numbers = ",".join(map(str, fds))
        python = self._settings.python or sys.executable
        memory = str(self._settings.memory_mib * MIB)
        process = subprocess.Popen(
            [python, *_options(self._hash_seed), str(_CELL / "plain.py"), numbers, memory],
            pass_fds=list(fds),
            cwd=folder.name,
            env=_environment(python, self._hash_seed),
            start_new_session=True,
        )
        self._processes[identity] = process
        waiting = self._loop.run_in_executor(None, os.wait4, process.pid, 0)
        waiting.add_done_callback(lambda future: self._ended(identity, folder, on_exit, future.result()))

    def pid(self, identity: int) -> int:
        """Tell a cell's process id; 0 when it has ended."""
        process = self._processes.get(identity)
        return process.pid if process else 0

    def kill(self, identity: int) -> None:
        """Kill the process group."""
        if identity in self._processes:
            os.killpg(self._processes[identity].pid, signal.SIGKILL)

    def pause(self, identity: int) -> None:
        """Do nothing: without gVisor there is no class to be fair to."""

    def go_on(self, identity: int) -> None:
        """Do nothing."""

    def retire(self) -> None:
        """Kill what still runs."""
        for identity in list(self._processes):
            self.kill(identity)

    def _ended(
        self,
        identity: int,
        folder: tempfile.TemporaryDirectory[str],
        on_exit: OnExit,
        result: tuple[int, int, object],
    ) -> None:
        _, status, usage = result
        process = self._processes.pop(identity)
        process.returncode = os.waitstatus_to_exitcode(status)
        folder.cleanup()
        scale = 1 if sys.platform == "darwin" else 1024
        cpu_s = usage.ru_utime + usage.ru_stime  # type: ignore[attr-defined]
        on_exit(Exit(status, cpu_s, usage.ru_maxrss * scale))  # type: ignore[attr-defined]
