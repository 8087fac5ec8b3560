"""The exercise function with a real sandbox under gVisor, a real database and recording sinks."""

from __future__ import annotations

import platform
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from functions.runtime.sandbox import Sandbox
from infra.local.ports import free_ports
from tests.fakes.functions import db, model, model_server, sinks
from tests.sandbox.runner import Instance, install, instance
from tests.support import plain
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks

__all__ = ["db", "model", "model_server", "sinks"]
Start = Callable[..., FunctionProcess]


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance of the sandbox-runner under gVisor."""
    if platform.system() != "Linux":
        pytest.skip("gVisor needs Linux")
    install()
    with instance(tmp_path_factory.mktemp("exercise") / "runner") as running:
        running.wait_ready(60)
        yield running


@pytest.fixture
async def sandbox(runner: Instance) -> AsyncIterator[Sandbox]:
    """A client of the sandbox."""
    async with plain.async_client(base_url=f"http://127.0.0.1:{runner.port}", timeout=30) as client:
        yield Sandbox(client, busy_s=20)


@pytest.fixture
def start(database_url: str, sinks: Sinks, tmp_path: Path) -> Iterator[Start]:
    """Start the exercise function as a process; it is ended with the test."""
    running: list[FunctionProcess] = []

    def begin(sandbox_url: str, **environ: str) -> FunctionProcess:
        base = {"DATABASE_URL": database_url, "LEARNFLOW_SINKS_URL": sinks.url, "SANDBOX_URL": sandbox_url}
        log = tmp_path / f"exercise-{len(running)}.log"
        running.append(FunctionProcess("exercise", free_ports(1)[0], base | environ, log))
        running[-1].wait_ready()
        return running[-1]

    yield begin
    for function in running:
        function.kill()


@pytest.fixture
def function(start: Start, runner: Instance) -> FunctionProcess:
    """The exercise function with the sandbox."""
    return start(f"http://127.0.0.1:{runner.port}")
