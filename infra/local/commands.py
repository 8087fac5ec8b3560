"""What each command does; every one answers with an exit code."""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import signal
import time

from infra.local import demo as demonstration
from infra.local import logs as reading
from infra.local import runfile, setup, supervisor, tracing
from infra.local.errors import NotRunning, StartError
from infra.local.paths import Home

DOWN_LIMIT_S = 60.0
DEMO_WAITS_S = 60.0


def set_up(home: Home, arguments: argparse.Namespace) -> int:
    """Get the tools."""
    setup.set_up(supervisor.say)
    return 0


def up(home: Home, arguments: argparse.Namespace) -> int:
    """Run the system until it is told to stop."""
    supervisor.up(home)
    return 0


def down(home: Home, arguments: argparse.Namespace) -> int:
    """End the system that runs, and wait for its end."""
    try:
        state = runfile.read(home)
    except NotRunning:
        print("learnflow: nothing is running")
        return 0
    os.kill(state.pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_LIMIT_S
    while runfile.alive(state.pid, state.created):
        if time.monotonic() > deadline:
            raise StartError(f"process {state.pid} did not stop in {DOWN_LIMIT_S:.0f} s")
        time.sleep(0.05)
    print("learnflow: stopped")
    return 0


def wait(home: Home, arguments: argparse.Namespace) -> int:
    """Wait until every process is ready; a system that is still to be started is waited for too."""
    state = until_ready(home, arguments.limit)
    print(f"learnflow: ready on {state.exports['LEARNFLOW_URL']}")
    return 0


def until_ready(home: Home, limit_s: float) -> runfile.RunState:
    """Wait until every process is ready; raises StartError after a limit."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        state = runfile.last(home)
        if state and state.ready and runfile.alive(state.pid, state.created):
            return state
        time.sleep(0.1)
    raise StartError(f"not ready after {limit_s:.0f} s; ./task status and ./task logs say more")


def status(home: Home, arguments: argparse.Namespace) -> int:
    """Show every process; the exit code says whether all are ready."""
    state = runfile.read(home)
    print(f"{'process':<18}{'pid':>8}{'port':>7}{'restarts':>10}{'MB':>6}  state")
    for process in sorted(state.processes, key=lambda p: p.name):
        here = runfile.alive(process.pid, process.created)
        says = ("ready" if process.ready else "starting") if here else "down"
        megabytes = runfile.megabytes(process.pid) if here else 0
        where = f"{process.name:<18}{process.pid:>8}{process.port or '-':>7}"
        print(f"{where}{process.restarts:>10}{megabytes:>6.0f}  {says}")
    print(f"{'ready' if state.ready else 'not ready'} on {state.exports['LEARNFLOW_URL']}")
    return 0 if state.ready else 1


def env(home: Home, arguments: argparse.Namespace) -> int:
    """Print the addresses, for `eval "$(./task env)"`."""
    for name, value in runfile.read(home).exports.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def logs(home: Home, arguments: argparse.Namespace) -> int:
    """Show the logs, oldest line first."""
    for line in reading.last_lines(home, arguments.name, arguments.lines):
        print(line)
    if arguments.follow:
        reading.follow(home, arguments.name)
    return 0


def trace(home: Home, arguments: argparse.Namespace) -> int:
    """Show every hop of one question."""
    exports = runfile.read(home).exports
    hops = asyncio.run(tracing.read(exports["DATABASE_URL"], arguments.id))
    if not hops:
        raise NotRunning(f"nothing is known of {arguments.id}")
    print("\n".join(tracing.render(hops)))
    return 0


def demo(home: Home, arguments: argparse.Namespace) -> int:
    """Use the system as a student would; the exit code says whether all held."""
    runfile.read(home)  # without a system there is nothing to wait for
    exports = until_ready(home, DEMO_WAITS_S).exports
    return asyncio.run(demonstration.run(exports["LEARNFLOW_URL"], exports["DATABASE_URL"]))
