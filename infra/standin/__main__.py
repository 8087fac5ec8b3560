"""`python -m infra.standin`: the stand-in as a process of its own."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import uvloop

from infra.standin.data_plane import run_data_plane
from infra.standin.errors import StandInError
from infra.standin.logs import set_up_logs
from infra.standin.manifests import Manifests, read_manifests
from infra.standin.plan import Plan, Ports, plan

REFUSED = 2


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; 2 when the manifests are refused."""
    parser = argparse.ArgumentParser(prog="python -m infra.standin", description=__doc__)
    parser.add_argument("--manifests", type=Path, required=True, help="rendered YAML documents")
    parser.add_argument("--ports", type=Path, required=True, help="JSON file with all ports")
    parser.add_argument("--bootstrap", required=True, help="HOST:PORT of the Kafka broker")
    parser.add_argument("--added", type=Path, help="JSON file that keeps the sources added by a replay")
    parser.add_argument("--log-level", default="info")
    options = parser.parse_args(arguments)
    set_up_logs(options.log_level)
    try:
        manifests = read_manifests(options.manifests)
        deployment = plan(manifests, Ports.load(options.ports))
    except StandInError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    uvloop.run(_serve(manifests, deployment, options.bootstrap, options.added))
    return 0


async def _serve(manifests: Manifests, deployment: Plan, bootstrap: str, added: Path | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run_data_plane(manifests, deployment, bootstrap, stop, added=added)


if __name__ == "__main__":
    sys.exit(main())
