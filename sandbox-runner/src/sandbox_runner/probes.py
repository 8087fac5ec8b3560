"""Five programs that show at start-up that the walls stand; nothing is served before they do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox_runner.requests import Request

_NO_SOCKET = """
import socket
try:
    socket.socket()
except OSError as error:
    print(error.strerror)
"""
_NO_FORK = """
import os
try:
    pid = os.fork()
except PermissionError as error:
    print(error.strerror)
else:
    pid or os._exit(0)
    print("forked")
"""
_NO_PROC = """
import os
print(os.path.exists("/proc/self"), os.path.exists("/proc/1"))
"""


@dataclass(frozen=True)
class Probe:
    """A program and what has to come back."""

    name: str
    code: str
    status: str
    stdout: str


PROBES = (
    Probe("hello", "print('hello')", "ok", "hello\n"),
    Probe("no_socket", _NO_SOCKET, "ok", "Address family not supported by protocol\n"),
    Probe("no_fork", _NO_FORK, "ok", "Operation not permitted\n"),
    Probe("no_proc", _NO_PROC, "ok", "False False\n"),
    Probe("memory_limit", "data = bytearray(60_000_000)", "memory_limit", ""),
)


async def failures(run: Callable[[Request], Awaitable[dict[str, Any]]]) -> dict[str, str]:
    """Run all probes; give the reason for each that failed."""
    reasons = {}
    answers = await asyncio.gather(*(run(Request(probe.code)) for probe in PROBES))
    for probe, answer in zip(PROBES, answers, strict=True):
        if (answer["status"], answer["stdout"]) != (probe.status, probe.stdout):
            reasons[probe.name] = f"{answer['status']}: {answer['stdout']}{answer['stderr'][-300:]}"
    return reasons
