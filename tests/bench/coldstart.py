"""How long a function takes from the start of its process to its first event done."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import httpx

from infra.local.ports import free_ports
from tests.bench.figures import Figure
from tests.support.processes import ROOT, FunctionProcess
from tests.support.sinks import serving

RUNS = 5
GOAL = "≤ 1000 ms"
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


def measure(exports: Mapping[str, str], folder: Path) -> list[Figure]:
    """Start every function a few times; the gateway is done when it is ready."""
    with serving(free_ports(1)[0]) as sinks:
        environ = {
            "DATABASE_URL": exports["DATABASE_URL"],
            "SANDBOX_URL": exports["LEARNFLOW_FUNCTION_SANDBOX_RUNNER_URL"],
            "LEARNFLOW_SINKS_URL": sinks.url,
            "LEARNFLOW_JWT_SECRET": uuid4().hex,
        }
        names = [*(name for name in FIRST if (ROOT / "functions" / name / "main.py").exists()), "gateway"]
        return [
            Figure.of(f"cold start of {name}", [once(name, environ, folder) for _ in range(RUNS)], GOAL)
            for name in names
        ]


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
