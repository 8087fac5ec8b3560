"""Run the benchmarks: all of them, or those named."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from infra.local.paths import ROOT
from tests.bench import coldstart, hop, journey
from tests.bench.figures import Figure, machine, table, write
from tests.support.system import LocalSystem, running

Measure = Callable[[LocalSystem, Path], list[Figure]]
BENCHES: dict[str, Measure] = {
    "journey": lambda system, _: asyncio.run(journey.measure(system.exports)),
    "hop": lambda system, folder: hop.measure(system.exports["DATABASE_URL"], folder),
    "coldstart": lambda system, folder: coldstart.measure(system.exports, folder),
}


def main(names: list[str]) -> int:
    """Measure on a system of its own, print one table, and write it as JSON too."""
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
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
