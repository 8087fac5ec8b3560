"""The commands behind ./task."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from infra.local import commands
from infra.local.errors import LocalError
from infra.local.paths import Home
from infra.standin.errors import StandInError

Run = Callable[[Home, argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(prog="./task", description="Run LearnFlow on this machine.")
    sub = top.add_subparsers(required=True, metavar="COMMAND")
    simple: dict[str, tuple[Run, str]] = {
        "setup": (commands.set_up, "get the tools that are no Python packages"),
        "up": (commands.up, "run the system in the foreground"),
        "down": (commands.down, "end the system that runs"),
        "status": (commands.status, "show what runs"),
        "env": (commands.env, "print addresses as export lines"),
        "demo": (commands.demo, "ask three questions and run three programs"),
    }
    for name, (run, text) in simple.items():
        sub.add_parser(name, help=text).set_defaults(run=run)
    wait = sub.add_parser("wait", help="wait until the system is ready")
    wait.add_argument("--limit", type=float, default=600.0, help="seconds to wait at most")
    wait.set_defaults(run=commands.wait)
    logs = sub.add_parser("logs", help="show the logs, of all processes or of one")
    logs.add_argument("name", nargs="?", help="a function, knative, kafka or postgres")
    logs.add_argument("-f", "--follow", action="store_true", help="go on as lines are written")
    logs.add_argument("-n", "--lines", type=int, default=200, help="how many of the last lines")
    logs.set_defaults(run=commands.logs)
    trace = sub.add_parser("trace", help="show the way of one question")
    trace.add_argument("id", help="message id, as POST /chat/messages answers it")
    trace.set_defaults(run=commands.trace)
    return top


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Let SIGTERM unwind the stack as Ctrl-C does."""
    raise KeyboardInterrupt


def main(argv: list[str]) -> int:
    """Run one command; what a user can do something about is one line."""
    arguments = parser().parse_args(argv)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        result: int = arguments.run(Home.current(), arguments)
    except (LocalError, StandInError) as error:
        print(f"learnflow: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError, BrokenPipeError):
        return 130
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
