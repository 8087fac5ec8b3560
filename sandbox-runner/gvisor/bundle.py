"""Write an OCI bundle with the same restrictions that the pod has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

UID = 10001
_SOURCE = Path(__file__).resolve().parent.parent / "src"
_INSIDE_PYTHON = "/opt/python"
_SYSTEM_LINKS = ("/bin", "/lib", "/lib64")


@dataclass(frozen=True)
class Interpreter:
    """A Python installation on this machine and where it appears inside."""

    prefix: Path
    executable: str

    @classmethod
    def find(cls, prefix: Path) -> Interpreter:
        """Look for `bin/python3.N` below `prefix`."""
        versions = sorted((prefix / "bin").glob("python3.1[0-9]"))
        if not versions:
            raise FileNotFoundError(f"no bin/python3.1N below {prefix}")
        # /usr is shown as a whole; any other prefix at a fixed place, so that no path of the machine shows.
        inside = str(prefix) if prefix.is_relative_to("/usr") else _INSIDE_PYTHON
        return cls(prefix, f"{inside}/bin/{versions[0].name}")

    @property
    def outside(self) -> Path:
        """Give the executable as this machine sees it."""
        return self.prefix / "bin" / Path(self.executable).name


def write_bundle(bundle: Path, interpreter: Interpreter, packages: Path, environment: dict[str, str]) -> None:
    """Make `rootfs`, a readable copy of the runner and `config.json`."""
    rootfs = bundle / "rootfs"
    shutil.rmtree(rootfs, ignore_errors=True)
    mounts = _skeleton(rootfs, interpreter)
    _copy_runner(bundle / "app", interpreter)
    mounts += [_bind(bundle / "app", "/app"), _bind(packages, "/packages")]
    for mount in mounts:
        _inside(rootfs, mount["destination"]).mkdir(parents=True, exist_ok=True)
    spec = _spec(interpreter, mounts, environment)
    (bundle / "config.json").write_text(json.dumps(spec, indent=1))


def _skeleton(rootfs: Path, interpreter: Interpreter) -> list[dict[str, object]]:
    for name in ("proc", "dev", "tmp", "usr"):
        (rootfs / name).mkdir(parents=True)
    mounts = [_bind(Path("/usr"), "/usr")]
    for name in _SYSTEM_LINKS:
        path = Path(name)
        if path.is_symlink():
            _inside(rootfs, name).symlink_to(os.readlink(path))
        elif path.is_dir():
            mounts.append(_bind(path, name))
    if interpreter.executable.startswith(_INSIDE_PYTHON):
        mounts.append(_bind(interpreter.prefix, _INSIDE_PYTHON))
    return mounts


def _inside(rootfs: Path, path: object) -> Path:
    return rootfs / str(path).lstrip("/")


def _bind(source: Path, destination: str) -> dict[str, object]:
    options = ["rbind", "ro", "nosuid", "nodev"]
    return {"destination": destination, "type": "bind", "source": str(source.resolve()), "options": options}


def _copy_runner(target: Path, interpreter: Interpreter) -> None:
    """Copy the source readable for all, which a clone made under a strict umask is not."""
    stamp = target.parent / "app.stamp"
    state = _state_of_source(interpreter)
    if stamp.is_file() and stamp.read_text() == state:
        return
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(_SOURCE, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    subprocess.run([interpreter.outside, "-I", "-S", "-m", "compileall", "-q", str(target)], check=True)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    stamp.write_text(state)


def _state_of_source(interpreter: Interpreter) -> str:
    files = sorted(path for path in _SOURCE.rglob("*.py"))
    return "\n".join([str(interpreter), *(f"{path.name} {path.stat().st_mtime_ns}" for path in files)])


def _spec(
    interpreter: Interpreter, mounts: list[dict[str, object]], environment: dict[str, str]
) -> dict[str, object]:
    inside = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/tmp",
        "LD_LIBRARY_PATH": str(Path(interpreter.executable).parent.parent / "lib"),
        "PYTHONPATH": "/app:/packages",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        **environment,
    }
    nothing: dict[str, list[str]] = {
        name: [] for name in ("bounding", "effective", "inheritable", "permitted", "ambient")
    }
    tmpfs = {"type": "tmpfs", "source": "tmpfs"}
    return {
        "ociVersion": "1.0.0",
        "hostname": "sandbox",
        "root": {"path": "rootfs", "readonly": True},
        "process": {
            "user": {"uid": UID, "gid": UID},
            "args": [interpreter.executable, "-s", "-S", "-m", "sandbox_runner"],
            "env": [f"{name}={value}" for name, value in inside.items()],
            "cwd": "/",
            "capabilities": nothing,
            "noNewPrivileges": True,
            "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 4096, "soft": 4096}],
        },
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/tmp", **tmpfs, "options": ["nosuid", "nodev", "mode=1777", "size=64m"]},
            *mounts,
        ],
        "linux": {"namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")]},
    }
