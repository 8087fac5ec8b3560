"""What a system holds on to when nobody asks anything of it: processes, connections, open files."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from infra.local import runfile
from tests.chaos.tables import Database
from tests.support import plain
from tests.support.system import LocalSystem

# An idle pool, a listener, some kept-alive connections; a leak of one in a hundred events is far more.
FILES_MORE = 40
# The stand-in keeps an idle connection for 100 s: what is open for longer is a leak.
IDLE_S = 110.0
POOL_MORE = 1
# A zygote and a ready cell for each of the runner's four hash seeds.
OF_SEEDS = 4 * 2
BACKENDS = """
SELECT application_name, count(*) AS open, count(*) FILTER (WHERE state LIKE 'idle in transaction%'
         AND state_change < clock_timestamp() - interval '5 seconds') AS stuck
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 1
"""
# What docs/operations/install.md budgets for a process: its pool, and beside it what listens.
BUDGET = {"gateway": 2 * (6 + POOL_MORE), "delivery": 4, "progress": 4, "triage": 4}
USUAL = 3


def files(system: LocalSystem) -> dict[str, int]:
    """Count the open files of every process of ours, sockets among them."""
    found = {}
    for process in runfile.read(system.home).processes:
        if process.name not in ("postgres", "kafka"):  # what they keep open grows with their data
            with suppress(psutil.Error):
                found[process.name] = psutil.Process(process.pid).num_fds()
    return found


def more_files(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """List the processes that keep far more files open than at the start."""
    return [
        f"{name} keeps {count} files open, {before[name]} at the start"
        for name, count in after.items()
        if count > before.get(name, 0) + FILES_MORE
    ]


async def kept_files(before: dict[str, int], system: LocalSystem) -> list[str]:
    """List the processes that keep far more files open than at the start, idle connections aside."""
    end = time.monotonic() + IDLE_S
    while (found := more_files(before, files(system))) and time.monotonic() < end:
        await asyncio.sleep(2)
    return found


def half_closed(system: LocalSystem) -> list[str]:
    """List the processes with connections that the other side closed and they did not."""
    found: Counter[str] = Counter()
    for process in runfile.read(system.home).processes:
        with suppress(psutil.Error):
            connections = psutil.Process(process.pid).net_connections("tcp")
            found[process.name] += sum(one.status == psutil.CONN_CLOSE_WAIT for one in connections)
    return [f"{name} has {count} connections left half closed" for name, count in found.items() if count > 5]


async def connections(db: Database) -> list[str]:
    """List who has more connections than budgeted, or left a transaction open."""
    found = []
    for row in await db.fetch(BACKENDS):
        name = row["application_name"]
        if row["open"] > BUDGET.get(name, USUAL):
            found.append(
                f"{name or 'somebody'} has {row['open']} connections, {BUDGET.get(name, USUAL)} at most"
            )
        if row["stuck"]:
            found.append(f"{name or 'somebody'} left {row['stuck']} transactions open")
    return found


async def tree(system: LocalSystem) -> Counter[str]:
    """Count the processes of a system by what they are called in its run file.

    A runner counts those in its sandbox itself: outside there are gVisor's, which it keeps for the next.
    """
    found: Counter[str] = Counter()
    for process in runfile.read(system.home).processes:
        with suppress(psutil.Error):
            if process.name.startswith("sandbox-runner"):
                found[process.name] = await _in_sandbox(f"http://127.0.0.1:{process.port}/health/ready")
            else:
                found[process.name] = 1 + len(psutil.Process(process.pid).children(recursive=True))
    return found


async def _in_sandbox(url: str) -> int:
    async with plain.async_client() as client:
        return int((await client.get(url)).json()["checks"]["processes"])


def more_processes(before: Counter[str], after: Counter[str]) -> list[str]:
    """List who has more children than at the start; PostgreSQL's are its connections, counted elsewhere.

    A runner starts a pool for each of its hash seeds when a grading first asks for it, and keeps it.
    """
    return [
        f"{name} has {count} processes, {before[name]} at the start"
        for name, count in after.items()
        if name != "postgres"
        and count > before[name] + 2 + (OF_SEEDS if name.startswith("sandbox-runner") else 0)
    ]


def left_over(home: Path) -> list[str]:
    """List the processes that still are of a system that has ended."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != psutil.Process().pid and belongs(process, str(home)):
                found.append(f"process {process.pid} is left: {' '.join(process.cmdline())[:120]}")
    return found


def belongs(process: psutil.Process, home: str) -> bool:
    """Tell a process of a system by its command line or its environment."""
    return any(home in word for word in process.cmdline()) or process.environ().get("LEARNFLOW_HOME") == home
