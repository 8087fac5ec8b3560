"""Real servers for the tests: each starts when the first test asks for it and stops at the end."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import asyncpg
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from functions.runtime import migrate
from infra.local import jars
from infra.local.kafka import Kafka
from infra.local.ports import free_ports
from infra.local.postgres import Postgres
from tests.support.system import LocalSystem, running

ROOT = Path(__file__).parents[1]
TEMPLATE = "learnflow_template"
WORKERS, PORTS_OF_A_WORKER = 3, 4000
WITH_OWN_SYSTEMS = ("tests/e2e/test_shutdown.py", "tests/faults/test_chaos.py")


# Modules stay until the end: a collector that goes through them again and again takes a tenth of the time.
gc.set_threshold(50_000, 20, 100)


def pytest_collection_finish() -> None:
    """Leave what was imported out of what the collector looks at."""
    gc.freeze()


def pytest_configure() -> None:
    """Give each worker ports of its own: a server that restarts finds its port as it left it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if worker:
        first = 20000 + int(worker) % WORKERS * PORTS_OF_A_WORKER
        os.environ["LEARNFLOW_PORT_RANGE"] = f"{first}-{first + PORTS_OF_A_WORKER - 1}"


@cache
def has_properties(file: str) -> bool:
    """Whether a file has tests of Hypothesis, which reads all of the project for the first in a process."""
    return "from hypothesis" in (ROOT / file).read_text()


class Together(LoadScopeScheduling):
    """Keeps the tests of a file on one worker, and those that share a system, runners or overlays."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        if folder.startswith(("tests/e2e", "tests/faults")):
            return file if file in WITH_OWN_SYSTEMS else "whole system"
        if folder.startswith("tests/unit"):
            return "properties" if has_properties(file) else file
        return folder if folder.endswith(("/manifests", "/replay", "/sandbox")) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Share tests out; marks of groups would be lost, for xdist writes them where pytest 9 does not read."""
    return Together(config, log)


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    return free_ports(1)[0]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the `postgres` database on a server of this test run."""
    server = Postgres.anywhere(tmp_path_factory.mktemp("postgres"))
    process = server.start()
    yield server.url()
    process.stop()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap address of a broker of this test run."""
    jars.install()
    broker = Kafka.anywhere(tmp_path_factory.mktemp("kafka"))
    process = broker.start()
    yield broker.bootstrap
    process.stop()


@pytest.fixture(scope="session")
def whole_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """The system that `./task up` runs, in a home of its own and with two gateways."""
    with running(tmp_path_factory.mktemp("whole") / "home", LEARNFLOW_INSTANCES="gateway=2") as whole:
        yield whole


@pytest.fixture(scope="session")
def migrated_template(postgres: str) -> str:
    """Name of a database with all migrations, to be copied."""
    asyncio.run(execute(postgres, f"CREATE DATABASE {TEMPLATE}"))
    asyncio.run(apply_migrations(sibling(postgres, TEMPLATE)))
    return TEMPLATE


@pytest.fixture
def database_url(postgres: str, migrated_template: str) -> Iterator[str]:
    """Address of a migrated database of this test alone."""
    name = f"test_{secrets.token_hex(6)}"
    asyncio.run(execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated_template}"))
    yield sibling(postgres, name)
    asyncio.run(execute(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def empty_database_url(postgres: str) -> Iterator[str]:
    """Address of an empty database of this test alone."""
    name = f"test_{secrets.token_hex(6)}"
    asyncio.run(execute(postgres, f"CREATE DATABASE {name}"))
    yield sibling(postgres, name)
    asyncio.run(execute(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


def sibling(url: str, database: str) -> str:
    """Change the database in an address."""
    return f"{url.rpartition('/')[0]}/{database}"


async def execute(url: str, statement: str) -> None:
    """Run one statement on a connection of its own."""
    db = await asyncpg.connect(url)
    try:
        await db.execute(statement)
    finally:
        await db.close()


async def apply_migrations(url: str) -> None:
    """Apply all migrations of the project."""
    db = await asyncpg.connect(url)
    try:
        await migrate.migrate(db, migrate.read())
    finally:
        await db.close()
