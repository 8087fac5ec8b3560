"""What a function costs while nothing happens, and how often an event asks PostgreSQL."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import uuid4

from infra.local import runfile
from infra.local.ports import free_ports
from tests.bench.coldstart import FIRST, environment, example
from tests.bench.figures import Report, Table
from tests.support.processes import FunctionProcess
from tests.support.sinks import serving
from tests.support.system import LocalSystem
from tests.support.wire import wired

EVENTS, WARM_UP = 20, 5


def measure(system: LocalSystem, folder: Path) -> Report:
    """Look at the processes of a system at rest, then deliver events over a wire that counts."""
    time.sleep(2)
    processes = runfile.read(system.home).processes
    memory = [(process.name, runfile.megabytes(process.pid)) for process in processes]
    memory.append(("in all", sum(row[1] for row in memory)))
    trips = []
    with serving(free_ports(1)[0]) as sinks:
        for name in FIRST:
            if name != "outbox":
                trips.append((name, round_trips(name, environment(system.exports, sinks.url), folder)))
    return Report(
        "At rest, and the round trips of one event",
        [
            Table(("process", "memory MB (proportional share)"), memory),
            Table(("function", "SQL round trips an event"), trips),
        ],
        [
            "The wire counts the messages that wait for an answer, BEGIN and COMMIT too; each event is "
            "new, of a new student, and its outputs are published."
        ],
    )


def round_trips(name: str, environ: dict[str, str], folder: Path) -> float:
    """Deliver new events to a function one after the other; gives the round trips of one."""
    with wired(environ["DATABASE_URL"]) as wire:
        own = {**environ, "DATABASE_URL": wire.url, "DATABASE_DIRECT_URL": environ["DATABASE_URL"]}
        function = FunctionProcess(name, free_ports(1)[0], own, folder / f"wired-{name}.log")
        try:
            function.wait_ready()
            for _ in range(WARM_UP):
                deliver(function, name)
            time.sleep(0.3)
            before = wire.round_trips
            for _ in range(EVENTS):
                deliver(function, name)
            time.sleep(0.3)
            return (wire.round_trips - before) / EVENTS
        finally:
            function.kill()


def deliver(function: FunctionProcess, name: str) -> None:
    """Deliver an event with new ids."""
    data = example(name)
    assert isinstance(data, dict)
    fresh = {key: str(uuid4()) for key in data if key.endswith("_id")}
    function.send(FIRST[name], data | fresh, id=str(uuid4())).raise_for_status()
