"""How long a function takes from the start of its process to its first event done."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import httpx

from infra.local.ports import free_ports
from tests.bench.figures import Figure, Goal, Report, Table
from tests.support.processes import ROOT, FunctionProcess
from tests.support.sinks import serving
from tests.support.system import LocalSystem

RUNS = 3
PROFILE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|\s*(\S+)")
GOAL = Goal(1000)
FIRST = {
    "triage": "learnflow.query.submitted.v1",
    "concepts": "learnflow.concept.requested.v1",
    "debug": "learnflow.debug.requested.v1",
    "code_review": "learnflow.code.submitted.v1",
    "exercise": "learnflow.code.submitted.v1",
    "progress": "learnflow.activity.recorded.v1",
    "notification": "learnflow.struggle.detected.v1",
    "delivery": "learnflow.response.produced.v1",
    "outbox": "dev.knative.sources.ping",
}


def measure(system: LocalSystem, folder: Path) -> Report:
    """Start every function a few times; the gateway is done when it is ready."""
    with serving(free_ports(1)[0]) as sinks:
        environ = environment(system.exports, sinks.url)
        interpreter = Figure.of("python -c pass", [bare_start() for _ in range(RUNS)])
        figures = [
            Figure.of(name, [once(name, environ, folder) for _ in range(RUNS)], GOAL, interpreter)
            for name in names()
        ]
        imports = [import_row(name, environ) for name in names()]
    head = (
        "function",
        "imports ms",
        "modules",
        "packages that take longest, ms",
    )
    title = "Cold start: process start → first event done (gateway: → ready)"
    note = "Import times are those of `python -X importtime`, which slows imports down by about a third."
    return Report(title, [Table.of([interpreter, *figures]), Table(head, imports)], [note], figures)


def names() -> list[str]:
    """All functions, those that take events first."""
    return [*(name for name in FIRST if (ROOT / "functions" / name / "main.py").exists()), "gateway"]


def environment(exports: Mapping[str, str], sinks: str) -> dict[str, str]:
    """What any function needs, with sinks that keep what they get."""
    return {
        "DATABASE_URL": exports["DATABASE_URL"],
        "SANDBOX_URL": exports["LEARNFLOW_FUNCTION_SANDBOX_RUNNER_URL"],
        "LEARNFLOW_SINKS_URL": sinks,
        "LEARNFLOW_JWT_SECRET": uuid4().hex,
    }


def bare_start() -> float:
    """Start the interpreter alone."""
    before = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return (time.perf_counter() - before) * 1000


def import_row(name: str, environ: Mapping[str, str]) -> tuple[str, float, int, str]:
    """Profile the imports of a function: all of them, and the five packages that take most."""
    code = (
        "import os; from functions.runtime.app import compose;"
        "from functions.runtime.launch import registration; from functions.runtime.settings import Settings;"
        "settings = Settings.read(os.environ);"
        "compose(registration(settings), os.environ)"
    )
    own = {"FUNCTION_TARGET": name, "PYTHONPATH": str(ROOT), "PORT": "8080"}
    command = [sys.executable, "-X", "importtime", "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ, **own}, capture_output=True, text=True, check=True
    )
    lines = [PROFILE.match(line) for line in done.stderr.splitlines()]
    rows = [(int(m[1]), m[2], m[3]) for m in lines if m]
    packages: dict[str, int] = {}
    for self_us, _, module in rows:
        package = module.partition(".")[0]
        packages[package] = packages.get(package, 0) + self_us
    slowest = sorted(packages.items(), key=lambda one: -one[1])[:5]
    words = ", ".join(f"{package} {us / 1000:.0f}" for package, us in slowest)
    return name, sum(row[0] for row in rows) / 1000, len(rows), words


def once(name: str, environ: dict[str, str], folder: Path) -> float:
    """Start a function, deliver its first event as soon as it takes one, and give the milliseconds."""
    before = time.perf_counter()
    function = FunctionProcess(name, free_ports(1)[0], environ, folder / f"cold-{name}.log")
    try:
        while not first(function, name):
            if time.perf_counter() - before > 30:
                raise AssertionError(function.log.read_text()[-2000:])
            time.sleep(0.005)
        return (time.perf_counter() - before) * 1000
    finally:
        function.kill()


def first(function: FunctionProcess, name: str) -> bool:
    """Try to have the first event handled."""
    if name == "gateway":
        return function.ready()
    try:
        return function.send(FIRST[name], example(name), id=str(uuid4())).status_code == 200
    except httpx.HTTPError:
        return False


def example(name: str) -> object:
    """The example event of a function, in the words of its schema."""
    path = ROOT / "events/examples" / f"{FIRST[name]}.json"
    data = json.loads(path.read_text()) if path.exists() else {}
    return {key: value for key, value in data.items() if not (name == "exercise" and key == "exercise_id")}
