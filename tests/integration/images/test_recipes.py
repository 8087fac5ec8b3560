"""The images' recipes, followed on this machine, give processes that work."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support import recipe

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
def running(dockerfile: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Build, start, and stop at the end."""
    pairs = [f"{name}={value}" for name, value in environ.items()]
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, recipe.__file__]
    process = subprocess.Popen(
        [*command, str(IMAGES / dockerfile), str(ROOT), *pairs], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    try:
        assert first.startswith("built "), first
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=START_S)


def answer(url: str, status: int) -> httpx.Response:
    """Ask until the answer has a status."""
    until = time.monotonic() + START_S
    while True:
        try:
            found = httpx.get(url, timeout=5)
        except httpx.TransportError:
            found = httpx.Response(0)
        if found.status_code == status or time.monotonic() > until:
            return found
        time.sleep(0.05)


def test_the_console_with_its_editor_is_in_the_image(database_url: str, free_port: int) -> None:
    environ = {
        "FUNCTION_TARGET": "gateway",
        "PORT": str(free_port),
        "DATABASE_URL": database_url,
        "LEARNFLOW_SINKS_URL": "http://127.0.0.1:1/learnflow",
        "SANDBOX_URL": "http://127.0.0.1:1",
        "LEARNFLOW_JWT_SECRET": "a secret of at least thirty-two characters",
        "LEARNFLOW_CONSOLE": "on",
    }
    with running("functions.Dockerfile", **environ):
        found = answer(f"http://127.0.0.1:{free_port}/console/library.js", 200)
        assert found.status_code == 200, found.text
        assert "createEditor" in found.text


def test_a_function_runs_from_its_image(database_url: str, free_port: int) -> None:
    environ = {
        "FUNCTION_TARGET": "delivery",
        "PORT": str(free_port),
        "DATABASE_URL": database_url,
        "LEARNFLOW_SINKS_URL": "http://127.0.0.1:1/learnflow",
    }
    with running("functions.Dockerfile", **environ) as process:
        found = answer(f"http://127.0.0.1:{free_port}/health/ready", 200)
        bill = json.loads(Path(f"/proc/{process.pid}/root/app/sbom.cdx.json").read_text())
        assert "asyncpg" in {one["name"] for one in bill["components"]}
        owner = Path(f"/proc/{process.pid}/status").read_text()
        assert found.status_code == 200, found.text
        assert re.search(r"^Uid:\t10001\t10001", owner, re.MULTILINE)
        assert re.search(r"^Gid:\t10001\t10001", owner, re.MULTILINE)


def test_the_runner_starts_from_its_image_and_refuses_without_gvisor(free_port: int) -> None:
    with running("runner.Dockerfile", PORT=str(free_port), LEARNFLOW_SANDBOX="gvisor"):
        found = answer(f"http://127.0.0.1:{free_port}/health/ready", 503)
        assert found.status_code == 503, found.text


def test_the_same_commit_gives_the_same_files() -> None:
    def built() -> str:
        pairs = ["LEARNFLOW_SANDBOX=nothing-that-starts"]
        command = ["unshare", "--mount", "--propagation", "private", sys.executable, recipe.__file__]
        command += [str(IMAGES / "runner.Dockerfile"), str(ROOT), *pairs]
        done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_S, check=False)
        assert done.stdout.startswith("built "), done.stderr
        return done.stdout.splitlines()[0]

    assert built() == built()


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
