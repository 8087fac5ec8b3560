"""Run the benchmarks: all of them, or those named."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local import golang
from infra.local.paths import ROOT
from tests.bench import (
    classroom,
    coldstart,
    events,
    executions,
    footprint,
    hop,
    journey,
    load,
    machine,
    queries,
    readme,
    replay,
)
from tests.bench.figures import Report, write
from tests.support.system import LocalSystem, running

Measure = Callable[[LocalSystem, Path], Report]
BENCHES: dict[str, Measure] = {
    "footprint": footprint.measure,
    "load": load.measure,
    "executions": executions.measure,
    "classroom": classroom.measure,
    "hop": hop.measure,
    "coldstart": coldstart.measure,
    "events": events.measure,
    "queries": queries.measure,
    "journey": journey.measure,
    "replay": replay.measure,
}
BY_NAME = {"replay"}
FOLDER = ROOT / ".learnflow" / "bench"
TABLE = FOLDER / "table.md"
BEGIN, END = "<!-- figures: written by ./task bench --write-readme -->", "<!-- end of figures -->"


def sandbox(options: list[str]) -> int:
    """Measure the sandbox-runner by itself, beside the ways that were not taken."""
    tools = [f"--runsc={golang.RUNSC}", f"--packages={golang.RUNNER_PACKAGES}"]
    figures = f"--json={FOLDER / 'sandbox.json'}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(ROOT / "sandbox-runner" / "bench.py"), *tools, figures, *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main(arguments: list[str]) -> int:
    """Measure on a system of its own; print tables as they come, and write them as Markdown and JSON too."""
    if arguments[:1] == ["sandbox"]:
        return sandbox(arguments[1:])
    options = parse(arguments)
    if not options.names and options.write_readme and TABLE.exists() and options.from_last:
        return write_readme(TABLE.read_text())
    about = machine.describe()
    print(f"{machine.sentence(about)}\n", flush=True)
    started = time.monotonic()
    reports = run(options.names or [name for name in BENCHES if name not in BY_NAME], about)
    text = document(reports, about, time.monotonic() - started)
    if options.names:
        return 0
    TABLE.write_text(text)
    print(f"written to {TABLE.relative_to(ROOT)}, and as JSON beside it")
    return write_readme(text) if options.write_readme else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; ends the process when it names what is not there."""
    parser = argparse.ArgumentParser(prog="./task bench", description=(main.__doc__ or "").splitlines()[0])
    known = ", ".join([*BENCHES, "sandbox"])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{known}; without one all but replay and sandbox"
    )
    parser.add_argument(
        "--write-readme",
        action="store_true",
        help="put the tables into docs/figures.md, and ten of their figures into README.md",
    )
    parser.add_argument("--from-last", action="store_true", help="with --write-readme: do not measure again")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(BENCHES))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {known}")
    if options.names and options.write_readme:
        parser.error("--write-readme needs a full run, without names")
    return options


def run(names: list[str], about: dict[str, Any]) -> list[Report]:
    """Run benchmarks one after the other on one system."""
    reports = []
    with tempfile.TemporaryDirectory(prefix="learnflow-bench-") as temporary:
        folder = Path(temporary)
        with running(folder / "home") as system:
            for name in names:
                before = time.monotonic()
                report = BENCHES[name](system, folder)
                reports.append(report)
                write(report, about, FOLDER / f"{name}.json")
                print(f"{report.markdown()}\n\n({name}: {time.monotonic() - before:.0f} s)\n", flush=True)
    return reports


def document(reports: list[Report], about: dict[str, Any], seconds: float) -> str:
    """Write all tables as Markdown, and which goals were missed."""
    missed = [f"{report.title}: {name}" for report in reports for name in report.missed()]
    verdict = f"Goals missed: {'; '.join(missed)}." if missed else "Every goal was met."
    head = f"`./task bench`, one run of {seconds / 60:.0f} minutes. {machine.sentence(about)}. {verdict}"
    return "\n\n".join([head, *(report.markdown() for report in reports)]) + "\n"


def write_readme(text: str) -> int:
    """Replace what stands between the two marks in docs/figures.md, and the README's ten figures."""
    try:
        readme.FIGURES.write_text(readme.between(readme.FIGURES.read_text(), BEGIN, END, text))
        readme.write()
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
