"""Running a short program in the sandbox, to see for oneself what it does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from events.models import ParsedError
from functions.analysis import observation
from functions.analysis.observation import Observation
from functions.runtime.database import Pool
from functions.runtime.sandbox import Execution, Sandbox, SandboxBusy, SandboxRefused

log = logging.getLogger(__name__)
# Of the time that is given, what the way to the sandbox and back may take.
WAY_S = 0.5
LIMITS = {"timeout": "TimeLimit", "memory_limit": "MemoryLimit"}


@dataclass(frozen=True, slots=True)
class Run:
    """What a program did: the error it ended with, or what it printed."""

    error: ParsedError | None
    stdout: str
    traceback: str = ""


class Runner:
    """Runs programs where a sandbox is configured; without one, programs are only read."""

    def __init__(self, sandbox: Sandbox | None) -> None:
        self._sandbox = sandbox

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Open the way to the sandbox, if there is one."""
        async with Sandbox.open_if_configured(environ, pool) as sandbox:
            yield cls(sandbox)

    async def run(self, code: str, within_s: float, stdin: str = "") -> Run | None:
        """Run a program; None when it could not be run in time, which is never the student's fault."""
        if self._sandbox is None or within_s <= WAY_S:
            return None
        try:
            async with asyncio.timeout(within_s):
                return seen(await self._sandbox.execute(code, stdin=stdin, timeout_s=within_s - WAY_S))
        except (TimeoutError, SandboxBusy, SandboxRefused) as error:
            log.info("the program was only read: %s", error)
            return None

    async def observe(
        self, code: str, within_s: float, inputs: str = "", then: str | None = None
    ) -> Observation | None:
        """Run a program line by line, or an expression after it; None when that was not possible in time."""
        seconds = min(observation.RUN_S, within_s - 2 * WAY_S)
        if self._sandbox is None or seconds <= 0:
            return None
        asked = observation.request(code, inputs, then, seconds=seconds)
        try:
            async with asyncio.timeout(within_s):
                execution = await self._sandbox.execute(**asked, timeout_s=within_s - WAY_S)
        except (TimeoutError, SandboxBusy, SandboxRefused) as error:
            log.info("the program was not observed: %s", error)
            return None
        return observation.read_facts(execution.results[0].value) if execution.results else None


def seen(execution: Execution) -> Run | None:
    """Read an execution as a student would see it."""
    if execution.status in LIMITS:
        return Run(ParsedError(type=LIMITS[execution.status], message=""), execution.stdout)
    if execution.status == "error" and execution.error is not None:
        told = execution.error
        error = ParsedError(type=told.type, message=told.message, line=told.line)
        return Run(error, execution.stdout, told.traceback)
    if execution.status in {"ok", "output_limit"}:
        return Run(None, execution.stdout)
    return None
