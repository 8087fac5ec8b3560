"""Run the benchmarks: all of them, or those named."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from infra.local import golang
from infra.local.paths import ROOT
from tests.bench import coldstart, executions, hop, journey
from tests.bench.figures import Figure, machine, table, write
from tests.support.system import LocalSystem, running

Measure = Callable[[LocalSystem, Path], list[Figure]]
BENCHES: dict[str, Measure] = {
    "journey": lambda system, _: asyncio.run(journey.measure(system.exports)),
    "executions": lambda system, _: asyncio.run(executions.measure(system.exports)),
    "hop": lambda system, folder: hop.measure(system.exports["DATABASE_URL"], folder),
    "coldstart": lambda system, folder: coldstart.measure(system.exports, folder),
}


def sandbox(options: list[str]) -> int:
    """Measure the sandbox-runner by itself, beside the ways that were not taken."""
    tools = [f"--runsc={golang.RUNSC}", f"--packages={golang.RUNNER_PACKAGES}"]
    figures = f"--json={ROOT / '.learnflow' / 'bench-sandbox.json'}"
    command = [sys.executable, str(ROOT / "sandbox-runner" / "bench.py"), *tools, figures, *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main(names: list[str]) -> int:
    """Measure on a system of its own, print one table, and write it as JSON too."""
    if names[:1] == ["sandbox"]:
        return sandbox(names[1:])
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        known = ", ".join([*BENCHES, "sandbox"])
        print(f"there is no benchmark {', '.join(unknown)}; there are {known}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="learnflow-bench-") as temporary:
        folder = Path(temporary)
        with running(folder / "home") as system:
            figures = [figure for name in names or BENCHES for figure in BENCHES[name](system, folder)]
    print(f"{machine()}\n\n{table(figures)}")
    write(figures, ROOT / ".learnflow" / "bench.json")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
