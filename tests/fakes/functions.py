"""Fixtures for tests of one function: its process, database, sinks and model, all of them real servers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from infra.local.ports import free_ports
from tests.support import plain
from tests.support.eventually import until
from tests.support.processes import ROOT, FunctionProcess
from tests.support.sinks import Sinks, serving

Start = Callable[..., FunctionProcess]


class ModelServer:
    """The fake model in a process of its own."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "tests.fakes.openai_server", str(port)]
        self.process = subprocess.Popen(command, cwd=ROOT)

    def wait_ready(self) -> None:
        """Wait until it answers."""
        until(self._answers, "the fake model did not start", 30)

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()

    def behave(self, mode: str, reply: str = "", **pace: float) -> None:
        """Choose how it answers, and how fast: `median_s` to the first token, `word_s` from word to word."""
        plain.post(f"{self.url}/behave", json={"mode": mode, "reply": reply, **pace}).raise_for_status()

    def seen(self) -> list[dict[str, Any]]:
        """What it was asked."""
        seen: list[dict[str, Any]] = plain.get(f"{self.url}/seen").json()
        return seen

    def _answers(self) -> bool:
        try:
            return plain.get(f"{self.url}/seen", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False


@pytest.fixture
def sinks(free_port: int) -> Iterator[Sinks]:
    """Recording KafkaSinks."""
    with serving(free_port) as served:
        yield served


@pytest.fixture(scope="session")
def model_server() -> Iterator[ModelServer]:
    """The fake model of this test run."""
    server = ModelServer(free_ports(1)[0])
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture
def model(model_server: ModelServer) -> ModelServer:
    """A model that does as it is told, and has not been asked anything yet."""
    model_server.behave("normal")
    return model_server


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection to the migrated database of the test."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@contextmanager
def starting(database_url: str, sinks: Sinks, folder: Path) -> Iterator[Start]:
    """Start functions as processes; they end with the block."""
    running: list[FunctionProcess] = []

    def begin(target: str, **environ: str) -> FunctionProcess:
        base = {"DATABASE_URL": database_url, "LEARNFLOW_SINKS_URL": sinks.url}
        log = folder / f"{target}-{len(running)}.log"
        running.append(FunctionProcess(target, free_ports(1)[0], base | environ, log))
        running[-1].wait_ready()
        if "OPENAI_API_KEY" in environ:
            until(lambda: "is at hand" in log.read_text(), "the model was not loaded", 30)
        return running[-1]

    yield begin
    for function in running:
        function.kill()


@pytest.fixture
def start(database_url: str, sinks: Sinks, tmp_path: Path) -> Iterator[Start]:
    """Start functions as processes; they are ended with the test."""
    with starting(database_url, sinks, tmp_path) as begin:
        yield begin


@pytest.fixture
def ids() -> dict[str, str]:
    """The ids of a message."""
    return {name: str(uuid4()) for name in ("message_id", "conversation_id", "student_id")}


def with_model(model: ModelServer, **more: str) -> dict[str, str]:
    """Settings of a function that has this model."""
    return {"OPENAI_API_KEY": "test", "OPENAI_BASE_URL": f"{model.url}/v1", "LEARNFLOW_MODEL": "fake", **more}
