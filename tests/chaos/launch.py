"""`python -m tests.chaos.launch`: the local system, with a proxy before PostgreSQL and clocks to be set."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from infra.local import credentials, setup
from infra.local.__main__ import interrupt
from infra.local.paths import Home
from infra.local.supervisor import Supervisor, clear_leftovers, only_one, say
from infra.local.system import SANDBOX, System, design

PROXY_PORT, CLOCKS, FAKETIME = "CHAOS_PROXY_PORT", "CHAOS_CLOCKS", "CHAOS_FAKETIME"


def altered(system: System, environ: Mapping[str, str]) -> System:
    """Lead every function through the proxy, and give it a clock that reads how wrong it is from a file."""
    services = tuple(
        replace(
            service,
            instances=tuple(
                replace(one, environ=changed(service.name, one.environ, system.postgres.port, environ))
                for one in service.instances
            ),
        )
        for service in system.plan.services
    )
    return replace(system, plan=replace(system.plan, services=services))


def changed(
    service: str, variables: Mapping[str, str], port: int, environ: Mapping[str, str]
) -> dict[str, str]:
    """Change the variables of one process; the runner has neither a database nor a clock that matters."""
    if service == SANDBOX:
        return dict(variables)
    led = {
        name: value.replace(f":{port}/", f":{environ[PROXY_PORT]}/") if "DATABASE" in name else value
        for name, value in variables.items()
    }
    if not environ.get(FAKETIME):
        return led
    return led | {
        "LD_PRELOAD": environ[FAKETIME],
        "FAKETIME_TIMESTAMP_FILE": str(Path(environ[CLOCKS]) / service),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


def main() -> int:
    """Run it in the foreground, as `./task up` does."""
    signal.signal(signal.SIGTERM, interrupt)
    home = Home.current()
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt), only_one(home):
        setup.set_up(say)
        clear_leftovers(home)
        system = altered(design(home, credentials.load(home)), os.environ)
        asyncio.run(Supervisor(system).run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
