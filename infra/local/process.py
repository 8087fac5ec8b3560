"""Child processes that do not outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.errors import StartError

PR_SET_PDEATHSIG = 1
LOG_TAIL = 2_000


@dataclass(frozen=True, slots=True)
class Command:
    """How a process is started and asked to stop."""

    name: str
    argv: tuple[str, ...]
    log: Path
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    stop_limit_s: float = 10.0

    def environ(self) -> dict[str, str]:
        """Build the child's environment: the caller's own variables and a minimum of the parent's."""
        kept = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
        return {name: os.environ[name] for name in kept if name in os.environ} | dict(self.env)


def die_with_parent(orphan_signal: signal.Signals) -> Callable[[], None] | None:
    """Make the hook that has a child signalled when its parent dies; None where there is no such thing."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def hook() -> None:
        prctl(PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return hook


class Process:
    """A running command, in a process group of its own so that Ctrl-C reaches the parent alone."""

    def __init__(self, command: Command) -> None:
        self.command = command
        command.log.parent.mkdir(parents=True, exist_ok=True)
        with command.log.open("ab") as log:
            self._child = subprocess.Popen(
                command.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=command.cwd,
                env=command.environ(),
                process_group=0,
                preexec_fn=die_with_parent(command.orphan_signal),
            )

    @property
    def pid(self) -> int:
        """Id of the process, also of its group."""
        return self._child.pid

    def returncode(self) -> int | None:
        """Tell how it ended; None while it runs."""
        return self._child.poll()

    def wait_until(self, ready: Callable[[], bool], limit_s: float) -> None:
        """Wait until it is ready; raises StartError when it ends or takes longer."""
        deadline = time.monotonic() + limit_s
        while not ready():
            if self.returncode() is not None:
                raise StartError(f"{self.command.name} ended with {self.returncode()}: {self.log_tail()}")
            if time.monotonic() > deadline:
                raise StartError(f"{self.command.name} was not ready in {limit_s:.0f} s: {self.log_tail()}")
            time.sleep(0.02)

    def log_tail(self) -> str:
        """Read the end of its log."""
        with self.command.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_TAIL))
            return log.read().decode(errors="replace").strip()

    def stop(self) -> None:
        """Ask it to stop, and kill its whole group when it does not."""
        if self.returncode() is None:
            self._child.send_signal(self.command.stop_signal)
            try:
                self._child.wait(self.command.stop_limit_s)
            except subprocess.TimeoutExpired:
                self.kill()
        kill_group(self.pid)

    def kill(self) -> None:
        """Kill it and its group as a crash would."""
        kill_group(self.pid)
        self._child.wait()


def kill_group(pid: int) -> None:
    """Kill what is left of a process group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # the group is gone; macOS says EPERM for one of zombies
