"""What delivery costs without the system: a bare function behind the same stand-in, and a raw consumer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.bench.hop import answers
from tests.integration.standin.stage import Stage
from tests.support import plain
from tests.support.eventually import until
from tests.support.processes import ROOT

NOTING = ROOT / "tests/bench/noting/main.py"


@dataclass(frozen=True, slots=True)
class Floor:
    """A topic of its own with two consumers; `notes` are the files they write."""

    sink: str
    notes: Mapping[str, Path]

    def done(self, name: str) -> dict[str, float]:
        """Read when each event came."""
        lines = (line.split() for line in self.notes[name].read_text().splitlines())
        return {event_id: float(at) for event_id, at in lines}


@contextmanager
def floor(bootstrap: str, folder: Path) -> Iterator[Floor]:
    """Run a bare function and a raw consumer behind a stand-in of their own, on the system's broker."""
    stage = Stage(bootstrap, partitions=6)
    notes = {name: folder / f"{name}.notes" for name in ("bare", "raw")}
    for path in notes.values():
        path.touch()
    (folder / "floor.yaml").write_text(stage.text())
    stage.ports.save(folder / "floor-ports.json")
    port = stage.ports.services["subscriber"].address
    serve = (
        "import uvicorn, functions_framework.aio as ff;"
        f"app = ff.create_asgi_app('noting', {str(NOTING)!r});"
        f"uvicorn.run(app, port={port}, log_level='error', access_log=False)"
    )
    options = [f"--manifests={folder / 'floor.yaml'}", f"--ports={folder / 'floor-ports.json'}"]
    with ExitStack() as stack:
        stack.enter_context(process(["-c", serve], BENCH_NOTES=str(notes["bare"])))
        until(answers(f"http://127.0.0.1:{port}"), "the bare function did not start")
        stack.enter_context(
            process(["-m", "infra.standin", *options, f"--bootstrap={bootstrap}", "--log-level=error"])
        )
        until(lambda: ready(stage.control), "the stand-in is not ready", 30)
        stack.enter_context(
            process(["-m", "tests.bench.rawconsumer", bootstrap, stage.topic, str(notes["raw"])])
        )
        found = Floor(stage.sink, notes)
        prove(found)
        yield found


def prove(found: Floor) -> None:
    """Send events until both consumers have noted one."""
    end = time.monotonic() + 30
    while not all(found.done(name) for name in found.notes):
        if time.monotonic() > end:
            raise AssertionError("the floor's consumers do not get what is sent")
        headers = {"ce-specversion": "1.0", "ce-id": "proof", "ce-source": "/bench", "ce-type": "proof"}
        plain.post(found.sink, headers=headers, json={}).raise_for_status()
        time.sleep(0.2)


def ready(control: str) -> bool:
    """Whether a stand-in has its partitions."""
    try:
        return plain.get(f"{control}/health/ready", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def process(arguments: Sequence[str], **environ: str) -> Iterator[None]:
    """Run Python for the length of a block."""
    child = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environ})
    try:
        yield
    finally:
        child.kill()
        child.wait()
