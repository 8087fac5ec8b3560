"""What runs now, as the supervisor writes it and the other commands read it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import psutil

from infra.local.errors import NotRunning
from infra.local.paths import Home
from infra.standin.files import write_whole


class Running(msgspec.Struct, frozen=True):
    """A process that the supervisor started; a pid counts only together with its start time."""

    name: str
    pid: int
    created: float
    port: int | None
    ready: bool
    restarts: int


class RunState(msgspec.Struct, frozen=True):
    """A system that is up, or on its way there."""

    pid: int
    created: float
    ready: bool
    exports: dict[str, str]
    processes: list[Running]

    def process(self, name: str) -> Running:
        """Find a process by name; raises NotRunning when there is none."""
        for process in self.processes:
            if process.name == name:
                return process
        raise NotRunning(f"no process {name}; there are {', '.join(sorted(p.name for p in self.processes))}")


def write(home: Home, state: RunState) -> None:
    """Publish the state; readable for its owner alone, as it holds the database's password."""
    write_whole(home.run, msgspec.json.format(msgspec.json.encode(state)).decode(), mode=0o600)


def read(home: Home) -> RunState:
    """Read the state of the system that is up; raises NotRunning when there is none."""
    state = last(home)
    if state is None or not alive(state.pid, state.created):
        raise NotRunning("LearnFlow is not running; start it with ./task up")
    return state


def last(home: Home) -> RunState | None:
    """Read the state last written, of a system that may be gone."""
    try:
        return msgspec.json.decode(home.run.read_bytes(), type=RunState)
    except FileNotFoundError:
        return None


def remove(home: Home) -> None:
    """Say that nothing runs any more."""
    Path(home.run).unlink(missing_ok=True)


def created(pid: int) -> float:
    """Tell when a process was started."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return 0.0


def alive(pid: int, since: float) -> bool:
    """Tell whether a process still is the one that was written down."""
    try:
        process = psutil.Process(pid)
        return bool(abs(process.create_time() - since) < 1 and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def megabytes(pid: int) -> float:
    """Memory of a process and its children; what processes share counts once where the system tells."""
    try:
        parent = psutil.Process(pid)
        infos = [p.memory_full_info() for p in [parent, *parent.children(recursive=True)]]
        return float(sum(getattr(info, "pss", info.uss) for info in infos)) / 1_000_000
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0.0
