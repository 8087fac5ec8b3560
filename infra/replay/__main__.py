"""Go through topics again, and deal with dead letters: `python -m infra.replay replay|dead-letter ...`."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from infra.deploy.request import LOCAL
from infra.replay import cluster, dead_letters
from infra.replay.environment import Environment
from infra.replay.errors import Refused, ReplayError
from infra.replay.kafka import Kafka
from infra.replay.progress import Say, complain, say
from infra.replay.rebuild import rebuild
from infra.replay.redeliver import redeliver
from infra.replay.request import Letters, Replay, read
from infra.replay.source import environ_of

INTERRUPTED = 130
SERVICES = {"progress": "progress", "alerts": "notification"}
Find = Callable[[], Environment]


def elsewhere() -> Environment:
    """Refuse what is meant for a system on this machine."""
    raise Refused("ENV=NAME is missing: a folder of infra/knative/overlays")


def main(words: list[str], here: Find = elsewhere) -> int:
    """Do what is asked for; what a user can do something about is one line.

    `here` finds the system on this machine, for those who have one.
    """
    try:
        asyncio.run(run(words, here))
    except ReplayError as error:
        complain(f"learnflow: {error}")
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    return 0


async def run(words: list[str], here: Find) -> None:
    """Read the command line, then do it; Ctrl-C and SIGTERM stop it where it can go on."""
    request = read(words, datetime.now(UTC))
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    place = here() if request.environment == LOCAL else cluster.place(request.environment)
    await perform(request, place, say)


async def perform(request: Replay | Letters, place: Environment, out: Say) -> None:
    """Do what is asked for in a place."""
    async with Kafka.open(place.brokers) as kafka:
        if isinstance(request, Letters):
            await dead_letters.deal(request, place, kafka, out)
        elif request.rebuild is None:
            await redeliver(request, place, kafka, datetime.now(UTC), out)
        else:
            environ = environ_of(place.manifests, SERVICES[request.rebuild])
            async with place.database() as db:
                await rebuild(request, db, kafka, environ, place.signatures.check, out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
