"""Start instances of the runner under gVisor and talk to them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "sandbox-runner" / "gvisor"
RUNSC = ROOT / ".learnflow" / "tools" / "runsc"
PACKAGES = ROOT / ".learnflow" / "tools" / "runner-packages"


@dataclass(frozen=True)
class Reply:
    """An HTTP answer of the runner."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]
    seconds: float


@dataclass(frozen=True)
class Instance:
    """A running instance."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def request(self, method: str, path: str, body: bytes | None = None, timeout: float = 60) -> Reply:
        """Send one request."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body, method=method)
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                status, text, headers = answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            status, text, headers = error.code, error.read(), error.headers
        return Reply(
            status,
            json.loads(text),
            {name.lower(): value for name, value in headers.items()},
            time.perf_counter() - started,
        )

    def execute(self, code: str, **fields: Any) -> dict[str, Any]:
        """Run a program that has to be accepted."""
        reply = self.post(code=code, **fields)
        assert reply.status == 200, reply
        return reply.body

    def post(self, **fields: Any) -> Reply:
        """Send fields to /execute."""
        return self.request("POST", "/execute", json.dumps(fields).encode())

    def health(self, name: str = "ready") -> Reply:
        """Ask a health check."""
        return self.request("GET", f"/health/{name}", timeout=5)

    def memory(self) -> int:
        """Give what the whole sandbox uses, in bytes."""
        return int(self.health().body["checks"]["memory_bytes"])

    def wait_ready(self, seconds: float = 15) -> None:
        """Wait until requests are taken."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.health().status == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the instance is not ready:\n{self.log.read_text()}")


def install() -> None:
    """Build gVisor and install the runner's packages unless they are there."""
    command = [
        sys.executable,
        str(SCRIPTS / "install.py"),
        "--runsc",
        str(RUNSC),
        "--packages",
        str(PACKAGES),
    ]
    subprocess.run(command, check=True)


@contextlib.contextmanager
def instance(
    folder: Path,
    *arguments: str,
    command: list[str] | None = None,
    packages: Path = PACKAGES,
    **settings: str,
) -> Iterator[Instance]:
    """Run one instance as the local system does, or by another command."""
    port = free_ports(1)[0]
    folder.mkdir(parents=True, exist_ok=True)
    if command is None:
        command = [
            sys.executable,
            str(SCRIPTS / "serve.py"),
            "--runsc",
            str(RUNSC),
            "--packages",
            str(packages),
        ]
        command += ["--state", str(folder), "--port", str(port), *arguments]
    log = folder / "log"
    with log.open("wb") as output:
        environment = {**os.environ, "PORT": str(port), **settings}
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
    try:
        yield Instance(port, process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
