"""However a system ends, nothing of it is left."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from infra.local import runfile
from infra.local.ports import reachable
from tests.support.system import LocalSystem


def gone(state: runfile.RunState) -> bool:
    """Whether every process of a system has ended, and every port is free."""
    return not any(
        runfile.alive(process.pid, process.created) or (process.port and reachable(process.port))
        for process in state.processes
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all: each test begins with what the one before has left."""
    return tmp_path_factory.mktemp("shutdown") / "home"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel has to help")
def test_a_kill_of_the_supervisor_ends_it_too(home: Path) -> None:
    with LocalSystem(home) as system:
        system.wait_ready()
        state = runfile.read(system.home)
        system.process.kill()
        system.process.wait()
    deadline = time.monotonic() + 20
    while not gone(state):
        assert time.monotonic() < deadline, [
            p.name for p in state.processes if runfile.alive(p.pid, p.created)
        ]
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_again_and_a_signal_ends_it_in_good_order(home: Path, number: signal.Signals) -> None:
    with LocalSystem(home) as system:
        system.wait_ready()
        state = runfile.read(system.home)
        system.process.send_signal(number)
        assert system.process.wait(timeout=60) == 0
    assert gone(state)
    assert not system.home.run.exists()


def test_a_signal_while_it_starts_ends_it_too(tmp_path: Path) -> None:
    with LocalSystem(tmp_path / "home") as system:
        while (state := runfile.last(system.home)) is None or len(state.processes) < 3:
            time.sleep(0.02)
        assert system.stop() == 0
    assert gone(state)
