"""What the runner shows to Prometheus, under gVisor, and that it costs nothing when nobody asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from infra.local.ports import free_ports
from tests.sandbox.conftest import PREFIX
from tests.sandbox.runner import PACKAGES, ROOT, instance

SOURCES = f"{ROOT / 'sandbox-runner' / 'src'}:{PACKAGES}"
CODE = """
import sys
from sandbox_runner.__main__ import metrics_for, sockets
from sandbox_runner.app import create_app
from sandbox_runner.settings import Settings
settings = Settings.from_environment({})
metrics = metrics_for(settings)
app = create_app(settings, None, print, metrics)
print(metrics.beside(app) is app, sockets(settings), "prometheus_client" in sys.modules)
"""
CONNECT = """
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), 1)
    print("reached")
except OSError as error:
    print("refused")
"""


def scraped(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_programs_are_counted_and_measured(installed: None, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    shutil.copytree(PACKAGES, packages)
    client = find_spec("prometheus_client")
    assert client is not None and client.origin is not None
    shutil.copytree(Path(client.origin).parent, packages / "prometheus_client")
    [metrics] = free_ports(1)
    settings = {"LEARNFLOW_SANDBOX_METRICS_HOST": "127.0.0.1", "LEARNFLOW_SANDBOX_METRICS_PORT": str(metrics)}
    with instance(tmp_path / "state", "--python-prefix", PREFIX, packages=packages, **settings) as one:
        one.wait_ready()
        before = scraped(metrics)
        assert before["learnflow_runner_wait_seconds_count"] == 0, "the start-up test is nobody's program"
        assert one.execute("x = bytearray(15 * 2**20)\nprint(len(x))")["status"] == "ok"
        assert one.execute("while True: pass", timeout_s=0.3)["status"] == "timeout"
        assert one.execute(CONNECT.format(port=metrics))["stdout"] == "refused\n"
        assert one.post(stdin="no code").status == 422
        assert one.request("GET", "/health/ready").status == 200
        found = scraped(metrics)
        past = json.dumps({"code": "print(1)"}).encode()
        beside = urllib.request.urlopen(f"http://127.0.0.1:{metrics}/execute", past, timeout=10).read()
        assert b"stdout" not in beside
        assert scraped(metrics)["learnflow_runner_wait_seconds_count"] == 3, (
            "requests are run at their own port"
        )
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{one.port}/metrics", timeout=10)
    assert found['learnflow_runner_seconds_count{status="ok"}'] == 2
    assert found['learnflow_runner_seconds_count{status="timeout"}'] == 1
    assert found['learnflow_runner_seconds_sum{status="timeout"}'] >= 0.2
    assert found['learnflow_runner_refused_total{reason="BadRequest"}'] == 1
    assert found["learnflow_runner_peak_bytes_sum"] > 15 * 2**20
    assert found["learnflow_runner_memory_bytes"] > 2**20
    assert (found["learnflow_runner_running"], found["learnflow_runner_waiting"]) == (0, 0)


def test_metrics_that_are_off_import_nothing_and_open_nothing(installed: None) -> None:
    environ = {**os.environ, "PYTHONPATH": SOURCES}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True", "None", "False"], done.stderr


def test_without_the_package_the_runner_says_what_is_missing(installed: None) -> None:
    environ = {**os.environ, "LEARNFLOW_SANDBOX_METRICS_PORT": "9464", "LEARNFLOW_SANDBOX": "unsafe-process"}
    environ |= {"PYTHONPATH": SOURCES, "PYTHONNOUSERSITE": "1"}
    command = [sys.executable, "-S", "-m", "sandbox_runner"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "prometheus_client is missing; requirements-metrics.lock has it" in done.stdout
