"""What inbox and outbox cost: a function on the floor beside a bare functions-framework function."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from functions.runtime.envelope import Outgoing
from functions.runtime.signatures import SIGNED, Signatures
from infra.local.ports import free_ports
from tests.bench.figures import Figure, Goal, Report
from tests.support import plain
from tests.support.eventually import until
from tests.support.processes import ROOT, FunctionProcess
from tests.support.sinks import serving
from tests.support.system import LocalSystem

WARM_UP, RUNS = 50, 300
QUERY = "learnflow.query.submitted.v1"
SILENT = ROOT / "tests/bench/silent/main.py"


def measure(system: LocalSystem, folder: Path) -> Report:
    """Deliver events to both in turn, so that the machine's moods meet both alike."""
    sinks_port, floor_port, quiet_port, bare_port = free_ports(4)
    with ExitStack() as stack:
        sinks = stack.enter_context(serving(sinks_port))
        environ = {"DATABASE_URL": system.exports["DATABASE_URL"], "LEARNFLOW_SINKS_URL": sinks.url}
        targets = {
            "bare functions-framework function": stack.enter_context(bare(bare_port)),
            "on the floor, nothing published": stack.enter_context(
                probe("silent", SILENT, quiet_port, environ, folder)
            ),
            "on the floor, one event published": stack.enter_context(
                probe("publishing", ROOT / "tests/bench/publishing/main.py", floor_port, environ, folder)
            ),
        }
        with plain.client(timeout=30) as client:
            samples: dict[str, list[float]] = {name: [] for name in targets}
            for turn in range(WARM_UP + RUNS):
                for name, url in targets.items():
                    took = deliver(client, url)
                    if turn >= WARM_UP:
                        samples[name].append(took)
    base = Figure.of("bare functions-framework function", samples.pop("bare functions-framework function"))
    figures = [base, *(Figure.of(name, values, beside=base) for name, values in samples.items())]
    cost = [figures[-1].p50 - base.p50, figures[-1].p95 - base.p95, figures[-1].p99 - base.p99]
    figures.append(Figure("cost of inbox and outbox", *cost, RUNS, Goal(6)))
    figures.append(Figure.of("signing and checking one event of 1 KB", list(sign_and_check())))
    return Report.of("One hop: what inbox and outbox cost", figures)


def sign_and_check() -> Iterator[float]:
    """Sign an event and check it again, as both ends of a hop do; yields the milliseconds that took."""
    signatures = Signatures.read({"LEARNFLOW_EVENT_KEYS": f"new:{'n' * 43},old:{'o' * 43}"})
    attributes = {name: str(uuid4()) for name in SIGNED} | {"time": datetime.now(UTC).isoformat()}
    event = Outgoing("learning.requests", attributes, b"x" * 1024)
    for _ in range(WARM_UP + RUNS):
        before = time.perf_counter()
        signed = signatures.sign(event)
        signatures.check(signed.attributes, signed.data)
        yield (time.perf_counter() - before) * 1000


def deliver(client: httpx.Client, url: str) -> float:
    """Deliver one new event and give the milliseconds it took."""
    ids = {name: str(uuid4()) for name in ("message_id", "conversation_id", "student_id")}
    headers = {"ce-specversion": "1.0", "ce-id": str(uuid4()), "ce-source": "/bench", "ce-type": QUERY}
    before = time.perf_counter()
    client.post(url, json={**ids, "text": "hello", "level": "beginner"}, headers=headers).raise_for_status()
    return (time.perf_counter() - before) * 1000


@contextmanager
def probe(target: str, source: Path, port: int, environ: dict[str, str], folder: Path) -> Iterator[str]:
    """Run a function on the floor."""
    own = {**environ, "FUNCTION_SOURCE": str(source)}
    function = FunctionProcess(target, port, own, folder / f"{target}.log")
    try:
        function.wait_ready()
        yield function.url
    finally:
        function.kill()


@contextmanager
def bare(port: int) -> Iterator[str]:
    """Run a function without the floor, under the same server."""
    code = (
        "import uvicorn, functions_framework.aio as ff;"
        f"app = ff.create_asgi_app('bare', {str(ROOT / 'tests/bench/bare/main.py')!r});"
        f"uvicorn.run(app, port={port}, log_level='error', access_log=False)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        url = f"http://127.0.0.1:{port}"
        until(answers(url), "the bare function did not start")
        yield url
    finally:
        process.kill()
        process.wait()


def answers(url: str) -> Callable[[], bool]:
    """Make a check whether anything listens."""

    def check() -> bool:
        try:
            return plain.get(url, timeout=2).status_code > 0
        except httpx.HTTPError:
            return False

    return check
