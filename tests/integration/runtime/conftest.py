"""A function under test, its database and its sinks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from infra.local.ports import free_ports
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks, serving

PROBE = Path(__file__).parent / "probe" / "main.py"
Start = Callable[..., FunctionProcess]


@pytest.fixture
def sinks(free_port: int) -> Iterator[Sinks]:
    """Recording KafkaSinks."""
    with serving(free_port) as served:
        yield served


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection to the migrated database of the test, with the table of the probe's effects."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("CREATE TABLE effects (event_id text NOT NULL, attempt integer NOT NULL)")
    yield connection
    await connection.close()


@pytest.fixture
def start(database_url: str, sinks: Sinks, tmp_path: Path) -> Iterator[Start]:
    """Start functions as processes; they are ended with the test."""
    running: list[FunctionProcess] = []

    def begin(target: str = "probe", *, wait: bool = True, **environ: str) -> FunctionProcess:
        base = {"DATABASE_URL": database_url, "LEARNFLOW_SINKS_URL": sinks.url}
        if target == "probe":
            base["FUNCTION_SOURCE"] = str(PROBE)
        log = tmp_path / f"{target}-{len(running)}.log"
        running.append(FunctionProcess(target, free_ports(1)[0], base | environ, log))
        if wait:
            running[-1].wait_ready()
        return running[-1]

    yield begin
    for function in running:
        function.kill()


@pytest.fixture
def question() -> Callable[[str], dict[str, str]]:
    """Make the data of a question."""

    def make(text: str) -> dict[str, str]:
        ids = {name: str(uuid4()) for name in ("message_id", "conversation_id", "student_id")}
        return {**ids, "text": text, "level": "beginner"}

    return make
