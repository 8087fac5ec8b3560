"""Measure the runner: `python sandbox-runner/bench.py --runsc FILE --packages DIR [--executions N]`.

Prints one table and the same figures as JSON. Every variant is the real thing over HTTP; `fresh python3`
means an interpreter that is started for each program, without a cell.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import http.server
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
HELLO = {"code": "print('hi')"}
Figures = dict[str, float | None]


class Client:
    """A connection that is kept open, as callers keep theirs."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def execute(self, body: dict[str, str]) -> tuple[float, dict[str, str]]:
        """Run a program; give milliseconds and the answer."""
        started = time.perf_counter()
        self._connection.request("POST", "/execute", json.dumps(body))
        answer = json.loads(self._connection.getresponse().read())
        return (time.perf_counter() - started) * 1000, answer

    def get(self, path: str) -> dict[str, dict[str, int]]:
        """Ask a health check."""
        self._connection.request("GET", path)
        body: dict[str, dict[str, int]] = json.loads(self._connection.getresponse().read())
        return body


def free_port() -> int:
    """Find a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def server(command: list[str], port: int, **environment: str) -> Iterator[tuple[float, float]]:
    """Start a server; give milliseconds until ready and until the first answer."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, "PORT": str(port), **environment}, stdout=subprocess.DEVNULL
    )
    try:
        while not _ready(port):
            if process.poll() is not None:
                raise SystemExit(f"{command} ended with {process.returncode}")
            time.sleep(0.005)
        ready = (time.perf_counter() - started) * 1000
        _, answer = Client(port).execute(HELLO)
        assert answer["stdout"] == "hi\n", answer
        yield ready, (time.perf_counter() - started) * 1000
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def measure(port: int, executions: int, full: bool) -> Figures:
    """Take all figures of one server."""
    client = Client(port)
    for _ in range(5):
        client.execute(HELLO)
    warm = []
    for _ in range(100):
        time.sleep(0.15)
        warm.append(client.execute(HELLO)[0])
    figures: Figures = {"warm_p50_ms": statistics.median(warm), "warm_p99_ms": sorted(warm)[98]}
    figures["executions_per_s"] = _throughput(port)
    figures["100_at_once_s"], figures["100_at_once_wrong"] = _at_once(port)
    if full:
        figures["timeout_answered_s"] = client.execute({"code": "while True: pass"})[0] / 1000
        if executions:
            figures |= _endurance(client, executions)
    return figures


def _throughput(port: int, seconds: float = 6, clients: int = 2) -> float:
    end = time.monotonic() + seconds

    def run(_: int) -> int:
        client, count = Client(port), 0
        while time.monotonic() < end:
            client.execute(HELLO)
            count += 1
        return count

    with ThreadPoolExecutor(clients) as threads:
        return sum(threads.map(run, range(clients))) / seconds


def _at_once(port: int) -> tuple[float, float]:
    started = time.perf_counter()
    with ThreadPoolExecutor(100) as threads:
        outputs = list(
            threads.map(lambda n: Client(port).execute({"code": f"print({n})"})[1].get("stdout"), range(100))
        )
    wrong = sum(output != f"{n}\n" for n, output in enumerate(outputs))
    return time.perf_counter() - started, wrong


def _endurance(client: Client, executions: int) -> Figures:
    """Run many programs in a row and look at memory before and after."""
    before, wrong = _checks(client), 0
    for number in range(executions):
        wrong += client.execute({"code": f"print({number})"})[1]["stdout"] != f"{number}\n"
    time.sleep(2)
    after = _checks(client)
    return {
        "in_a_row": executions,
        "in_a_row_wrong": wrong,
        "growth_mib": (after["memory_bytes"] - before["memory_bytes"]) / 2**20,
        "growth_descriptors": after["descriptors"] - before["descriptors"],
        "growth_processes": after["processes"] - before["processes"],
    }


def _checks(client: Client) -> dict[str, int]:
    return client.get("/health/ready")["checks"]


class _FreshInterpreter(http.server.BaseHTTPRequestHandler):
    """The naive way: start python3 for each program."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Be ready."""
        self._answer({"checks": {}})

    def do_POST(self) -> None:
        """Start an interpreter for the program."""
        code = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["code"]
        done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
        self._answer({"stdout": done.stdout})

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""

    def _answer(self, body: dict[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def serve_fresh(port: int) -> None:
    """Serve the naive way until killed."""
    http.server.ThreadingHTTPServer.request_queue_size = 200
    http.server.ThreadingHTTPServer(("127.0.0.1", port), _FreshInterpreter).serve_forever()


def _gvisor(arguments: argparse.Namespace, state: Path, port: int) -> list[str]:
    command = [sys.executable, str(HERE / "gvisor" / "serve.py"), "--runsc", str(arguments.runsc)]
    return [*command, "--packages", str(arguments.packages), "--state", str(state), "--port", str(port)]


def _native(arguments: argparse.Namespace, state: Path, port: int) -> list[str]:
    # An unprivileged user and a private mount namespace: cells mount over /tmp.
    prefix = ["unshare", "-m", "setpriv", "--reuid=10001", "--regid=10001", "--clear-groups"]
    return [*prefix, "/usr/bin/python3", "-s", "-S", "-m", "sandbox_runner"]


def _fresh_gvisor(arguments: argparse.Namespace, state: Path, port: int) -> list[str]:
    # `runsc do` shows this machine's files read-only, which is all that the naive way needs.
    command = [
        str(arguments.runsc),
        f"--root={state}",
        "--network=host",
        "--platform=systrap",
        "--ignore-cgroups",
    ]
    return [*command, "--rootless", "do", sys.executable, str(HERE / "bench.py"), "--serve-fresh", str(port)]


def _fresh_native(arguments: argparse.Namespace, state: Path, port: int) -> list[str]:
    return [sys.executable, str(HERE / "bench.py"), "--serve-fresh", str(port)]


VARIANTS: dict[str, Callable[[argparse.Namespace, Path, int], list[str]]] = {
    "cells under gVisor": _gvisor,
    "cells without gVisor": _native,
    "fresh python3 under gVisor": _fresh_gvisor,
    "fresh python3": _fresh_native,
}


def run_variant(name: str, arguments: argparse.Namespace) -> Figures:
    """Start one variant and measure it."""
    port = free_port()
    environment = {}
    if name == "cells without gVisor":
        environment = {"LEARNFLOW_SANDBOX": "unsafe-namespaces", "HOME": "/tmp"}
        environment["PYTHONPATH"] = f"{HERE / 'src'}:{arguments.packages.resolve()}"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder).chmod(0o755)
        command = VARIANTS[name](arguments, Path(folder) / "state", port)
        with server(command, port, **environment) as (ready, first):
            figures: Figures = {"ready_ms": ready, "cold_start_ms": first}
            figures |= measure(port, arguments.executions, name.startswith("cells"))
    return figures


def _table(results: dict[str, Figures]) -> str:
    names = list(dict.fromkeys(name for figures in results.values() for name in figures))
    lines = ["| figure | " + " | ".join(results) + " |", "| --- |" + " ---: |" * len(results)]
    for name in names:
        cells = [figures.get(name) for figures in results.values()]
        lines.append(
            f"| {name} | " + " | ".join("" if cell is None else f"{cell:.1f}" for cell in cells) + " |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--serve-fresh", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--runsc", type=Path)
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--only", choices=list(VARIANTS), action="append")
    parser.add_argument("--executions", type=int, default=0, help="also run so many programs in a row")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    if arguments.serve_fresh:
        serve_fresh(arguments.serve_fresh)
    if not arguments.runsc or not arguments.packages:
        parser.error("--runsc and --packages are needed; gvisor/install.py makes both")
    results = {name: run_variant(name, arguments) for name in arguments.only or VARIANTS}
    print(_table(results))
    text = json.dumps(
        {"python": sys.version.split()[0], "cores": os.cpu_count(), "variants": results}, indent=1
    )
    if arguments.json:
        arguments.json.write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
