"""Use a whole system while everything in it breaks; then check that nothing was lost or counted twice."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from infra.local import setup
from infra.local.__main__ import interrupt
from infra.local.supervisor import say
from tests.chaos import leaks
from tests.chaos.report import Report
from tests.chaos.run import PAUSE_S, Plan, Stage, play, staged
from tests.chaos.schedule import deck, schedule


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./task chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="chooses traffic and faults")
    parser.add_argument("--events", type=int, default=10_000, help="events after which the traffic ends")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--timeline", action="store_true", help="show what would go wrong, and end")
    return parser.parse_args(arguments)


async def once(plan: Plan, stage: Stage) -> Report:
    """Play once, and hang up."""
    played = await play(plan, stage)
    await played.caller.http.aclose()
    return played.report


def main(arguments: list[str]) -> int:
    """Run once; the exit code is 1 when something was lost, doubled, left over or wrong."""
    given = parse(arguments)
    if given.timeline:
        for fault, _ in zip(schedule(given.seed, deck(), PAUSE_S), deck(), strict=False):
            print(f"{fault.number:4}  +{fault.pause_s:.1f} s  {fault.name}")
        return 0
    signal.signal(signal.SIGTERM, interrupt)  # so that an end from outside leaves nothing behind
    setup.set_up(say)
    with tempfile.TemporaryDirectory(prefix="learnflow-chaos-") as temporary:
        folder = Path(temporary)
        with staged(folder) as stage:
            report = asyncio.run(once(Plan(given.seed, given.events, given.students), stage))
            stage.system.stop()
        report.broken += leaks.left_over(folder / "home")
        print(report.text(), flush=True)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
