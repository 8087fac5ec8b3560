"""The images' recipes, followed on this machine, give processes that work."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from infra.local.ports import free_ports
from tests.support import plain, recipe

ROOT = Path(__file__).parents[3]
IMAGES = ROOT / "infra" / "images"
BUILD_S = 300
START_S = 30
LOCKS = (
    "requirements.lock",
    "requirements-telemetry.lock",
    "requirements-sbom.lock",
    "sandbox-runner/requirements.lock",
    "sandbox-runner/requirements-metrics.lock",
)


def can_follow() -> bool:
    """Whether there are root, overlayfs, and a system Python with pip."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    pip = ["env", "-i", f"PATH={recipe.outside()['PATH']}", "python3", "-m", "pip", "--version"]
    if subprocess.run(pip, capture_output=True, check=False).returncode:
        return False
    overlay = "mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r"
    script = f"mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/r && {overlay}"
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, check=False)
    return done.returncode == 0


pytestmark = [
    pytest.mark.skipif(not can_follow(), reason="needs root, overlayfs, and pip of the system"),
    pytest.mark.timeout(BUILD_S + 2 * START_S),
]


@contextmanager
def running(dockerfile: str, *starts: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Build, start the entry point once for each set of variables, and stop all at the end."""
    pairs = [part for environ in starts for part in ("--", *(f"{k}={v}" for k, v in environ.items()))][1:]
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, recipe.__file__]
    process = subprocess.Popen(
        [*command, str(IMAGES / dockerfile), str(ROOT), *pairs],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    try:
        assert first.startswith("built "), first
        yield first, process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=START_S)


def answer(url: str, status: int) -> httpx.Response:
    """Ask until the answer has a status."""
    until = time.monotonic() + START_S
    while True:
        try:
            found = plain.get(url, timeout=5)
        except httpx.TransportError:
            found = httpx.Response(0)
        if found.status_code == status or time.monotonic() > until:
            return found
        time.sleep(0.05)


def test_functions_and_the_console_run_from_one_image(database_url: str) -> None:
    delivery, gateway = free_ports(2)
    floor = {"DATABASE_URL": database_url, "LEARNFLOW_SINKS_URL": "http://127.0.0.1:1/learnflow"}
    console = {
        "SANDBOX_URL": "http://127.0.0.1:1",
        "LEARNFLOW_JWT_SECRET": "a secret of at least thirty-two characters",
        "LEARNFLOW_CONSOLE": "on",
    }
    starts = (
        {"FUNCTION_TARGET": "delivery", "PORT": str(delivery), **floor},
        {"FUNCTION_TARGET": "gateway", "PORT": str(gateway), **floor, **console},
    )
    with running("functions.Dockerfile", *starts) as (_, process):
        found = answer(f"http://127.0.0.1:{delivery}/health/ready", 200)
        assert found.status_code == 200, found.text
        owner = Path(f"/proc/{process.pid}/status").read_text()
        assert re.search(r"^Uid:\t10001\t10001", owner, re.MULTILINE)
        assert re.search(r"^Gid:\t10001\t10001", owner, re.MULTILINE)
        for bill, package in (("sbom.cdx.json", "asyncpg"), ("console/sbom.cdx.json", "@codemirror/view")):
            listed = json.loads(Path(f"/proc/{process.pid}/root/app/{bill}").read_text())["components"]
            assert package in {one["name"] for one in listed}
        found = answer(f"http://127.0.0.1:{gateway}/console/library.js", 200)
        assert found.status_code == 200, found.text
        assert "createEditor" in found.text


def test_the_runner_starts_from_its_image_and_refuses_without_gvisor_and_is_the_same_again(
    free_port: int,
) -> None:
    environ = {"PORT": str(free_port), "LEARNFLOW_SANDBOX": "gvisor"}
    with running("runner.Dockerfile", environ) as (built, _):
        found = answer(f"http://127.0.0.1:{free_port}/health/ready", 503)
        assert found.status_code == 503, found.text
    with running("runner.Dockerfile", {"LEARNFLOW_SANDBOX": "nothing-that-starts"}) as (again, _):
        assert again == built


@pytest.mark.parametrize("platform", ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28"])
@pytest.mark.parametrize("lock", LOCKS)
def test_there_is_a_wheel_of_every_package_for_both_architectures(
    tmp_path: Path, lock: str, platform: str
) -> None:
    uv = [str(ROOT / ".learnflow" / "venv" / "bin" / "uv"), "pip", "install", "--dry-run", "--no-deps"]
    only = ["--only-binary", ":all:", "--require-hashes", "--python-version", "3.12", "-r", str(ROOT / lock)]
    command = [*uv, "--target", str(tmp_path / "target"), "--python-platform", platform, *only]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("dockerfile", ["functions.Dockerfile", "runner.Dockerfile"])
def test_an_image_is_pinned_and_has_its_own_user(dockerfile: str) -> None:
    steps = recipe.instructions((IMAGES / dockerfile).read_text())
    assert ("USER", "10001:10001") in steps
    assert [rest.split()[0] for word, rest in steps if word == "FROM"] == ["${BASE}", "${BASE}"]
    installs = [rest for word, rest in steps if word == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert all("--require-hashes" in install for install in installs)


def test_what_is_compiled_into_the_functions_image_is_the_same_every_time(tmp_path: Path) -> None:
    """The recipe's own step, with another hash seed and at another time; packages come by their hashes."""
    steps = recipe.instructions((IMAGES / "functions.Dockerfile").read_text())
    (step,) = [rest for word, rest in steps if word == "RUN" and "compileall" in rest]
    app, found = tmp_path / "app", []
    unwanted = shutil.ignore_patterns("__pycache__")
    for seed in ("1", "2"):
        shutil.rmtree(app, ignore_errors=True)
        for folder in ("functions", "events"):
            shutil.copytree(ROOT / folder, app / folder, ignore=unwanted, copy_function=shutil.copy)
        environ = {**recipe.outside(), "PYTHONHASHSEED": seed}
        subprocess.run(step.replace("/app", str(app)), shell=True, env=environ, check=True)
        hashes = {path: hashlib.sha256(path.read_bytes()).digest() for path in app.rglob("*.pyc")}
        found.append(hashes)
    assert found[0] == found[1]
    assert len(found[0]) > 100
