"""The commands of ./task against a system that is up."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from urllib.request import urlopen

from infra.local.paths import ROOT
from tests.support.system import LocalSystem


def command(system: LocalSystem, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command as ./task does."""
    return subprocess.run(
        [sys.executable, "-m", "infra.local", *words],
        cwd=ROOT,
        env={**os.environ, "LEARNFLOW_HOME": str(system.home.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_demo_holds(system: LocalSystem) -> None:
    """Three questions are answered on the stream, three programs end as they should, and one way is shown."""
    done = command(system, "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nok  ") == 6
    assert "an endless loop: timeout after 5" in done.stdout
    assert "gateway -> query.submitted.v1 on learning.requests" in done.stdout
    assert "delivery handled" in done.stdout


def test_every_process_is_shown_as_ready(system: LocalSystem) -> None:
    done = command(system, "status")
    assert done.returncode == 0, done.stdout
    for name in ("postgres", "kafka", "knative", "gateway-1", "gateway-2", "triage", "sandbox-runner-2"):
        assert any(line.startswith(name) and line.endswith("ready") for line in done.stdout.splitlines()), (
            name
        )


def test_wait_comes_back_at_once(system: LocalSystem) -> None:
    done = command(system, "wait", "--limit", "5")
    assert (done.returncode, done.stdout) == (0, f"learnflow: ready on {system.url}\n")


def test_env_names_every_address(system: LocalSystem) -> None:
    lines = command(system, "env").stdout.splitlines()
    variables = dict(shlex.split(line)[1].split("=", 1) for line in lines)
    assert variables["LEARNFLOW_URL"] == system.url
    assert {"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "LEARNFLOW_TEACHER_INVITE"} <= variables.keys()
    assert variables["LEARNFLOW_SINK_LEARNING_REQUESTS_URL"].endswith("/learnflow/learning-requests")
    assert variables["LEARNFLOW_SINK_LEARNFLOW_DEAD_LETTER_URL"].endswith("/learnflow/dead-letter")
    with urlopen(f"{variables['LEARNFLOW_FUNCTION_TRIAGE_URL']}/health/ready") as answer:
        assert answer.status == 200


def test_logs_can_be_read_for_one_function(system: LocalSystem) -> None:
    done = command(system, "logs", "triage", "-n", "5")
    assert done.returncode == 0
    assert all(" triage " in line for line in done.stdout.splitlines())


def test_an_unknown_id_has_no_trace(system: LocalSystem) -> None:
    done = command(system, "trace", "00000000-0000-0000-0000-000000000000")
    assert done.returncode == 1
    assert "nothing is known" in done.stderr


def test_a_second_system_in_the_same_home_is_refused(system: LocalSystem) -> None:
    done = command(system, "up")
    assert done.returncode == 1
    assert f"running already on {system.url}" in done.stderr
