"""Make `.learnflow/venv` from the lock files; runs on a bare Python, before any package is there."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".learnflow"
VENV = FOLDER / "venv"
STAMP = VENV / "locks"
BOOTSTRAP = ROOT / "requirements-bootstrap.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"


def main() -> int:
    """Install what the locks say, once, however many processes ask for it at the same time."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = BOOTSTRAP.read_text() + DEVELOPMENT.read_text()
        if STAMP.exists() and STAMP.read_text() == wanted:
            return 0
        started = time.monotonic()
        say("installing the packages of the project (once)")
        try:
            install(wanted)
        except subprocess.CalledProcessError as error:
            say(f"failed: {' '.join(map(str, error.cmd))}")
            return 1
        say(f"packages ready after {time.monotonic() - started:.0f} s")
        return 0


def install(wanted: str) -> None:
    """Make the environment; the stamp comes last, so that a stop half-way is repaired by the next run."""
    STAMP.unlink(missing_ok=True)
    python = VENV / "bin" / "python"
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
        "--require-hashes",
    ]
    if not works(python):
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    subprocess.run([*pip, "-r", BOOTSTRAP], check=True)
    cache = FOLDER / "cache"
    uv: list[str | Path] = [
        VENV / "bin" / "uv",
        "pip",
        "install",
        "-q",
        "--python",
        python,
        "--cache-dir",
        cache,
    ]
    done = subprocess.run(
        [*uv, "--require-hashes", "--compile-bytecode", "-r", DEVELOPMENT], env=uv_environ(), check=False
    )
    shutil.rmtree(cache, ignore_errors=True)
    if done.returncode != 0:
        say("uv could not install them here; trying pip")
        subprocess.run([*pip, "-r", DEVELOPMENT], check=True)
    importable()
    STAMP.write_text(wanted)


def importable() -> None:
    """Let commands of the environment, such as functions-framework, find the project from any folder."""
    for packages in VENV.glob("lib/python3*/site-packages"):
        (packages / "learnflow.pth").write_text(f"{ROOT}\n")


def works(python: Path) -> bool:
    """Tell whether there is an environment with pip; its interpreter may have gone since it was made."""
    return python.exists() and not subprocess.run([python, "-m", "pip", "-V"], capture_output=True).returncode


def uv_environ() -> dict[str, str]:
    """Hand pip's settings of this machine to uv, which has its own names for them."""
    environ = dict(os.environ)
    for theirs, ours in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if ours in environ:
            environ.setdefault(theirs, environ[ours])
    return environ


def say(text: str) -> None:
    """Show progress."""
    print(f"learnflow: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
