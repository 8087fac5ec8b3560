"""Everything works through PgBouncer in transaction mode too."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from infra.local.ports import free_ports

QUERY = "learnflow.query.submitted.v1"
CONFIG = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
auth_type = any
pool_mode = transaction
default_pool_size = 3
ignore_startup_parameters = extra_float_digits
logfile = {folder}/pgbouncer.log
"""


@pytest.fixture(scope="session")
def pgbouncer() -> str:
    """The program; Debian's package is installed where it is missing and may be."""
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environ)
        subprocess.run(["apt-get", "install", "-y", "-qq", "pgbouncer"], check=True, env=environ)
        found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip("PgBouncer is not installed here, and only root can install it")
    return found


@pytest.fixture
def bounced(pgbouncer: str, empty_database_url: str) -> Iterator[str]:
    """The address of a database behind a PgBouncer that tracks no prepared statements."""
    server, own = urlsplit(empty_database_url), free_ports(1)[0]
    folder = Path("/tmp") / f"pgbouncer-{own}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    values = {"host": server.hostname, "port": server.port, "own": own, "folder": folder}
    values |= {"user": server.username, "password": server.password or ""}
    (folder / "config.ini").write_text(CONFIG.format(**values))
    as_user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([pgbouncer, "-q", *as_user, str(folder / "config.ini")])
    address = f"postgresql://{server.username}:{server.password or ''}@127.0.0.1:{own}{server.path}"
    try:
        yield address
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


async def test_migrations_and_events_pass_through(
    bounced: str, empty_database_url: str, start: Any, sinks: Any, question: Any
) -> None:
    function = start(DATABASE_URL=bounced, DATABASE_STATEMENT_CACHE="0", DATABASE_POOL_MAX="8")
    db = await asyncpg.connect(empty_database_url)
    await db.execute("CREATE TABLE effects (event_id text NOT NULL, attempt integer NOT NULL)")
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(
            lambda n: function.send(QUERY, question("hello"), id=f"e{n}").status_code, range(40)
        )
        assert set(answers) == {200}
    assert await db.fetchval("SELECT count(*) FROM effects") == len(sinks.received) == 40
    await db.close()
