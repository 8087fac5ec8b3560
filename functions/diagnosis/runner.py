"""Running a short program in the sandbox, to see for oneself what it does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from events.models import ParsedError
from functions.analysis import observation
from functions.analysis.observation import Observation
from functions.grading.checks import Test
from functions.grading.errors import SandboxAway
from functions.grading.repeating import SEEDS
from functions.grading.running import Outcome, Preset, run_tests
from functions.runtime.database import Pool
from functions.runtime.sandbox import Execution, Sandbox, SandboxBusy, SandboxRefused

log = logging.getLogger(__name__)
# Of the time that is given, what the way to the sandbox and back may take.
WAY_S = 0.5
# What the tests of an exercise may take for a hint; the grade gives them more.
TEST_S = 1.0
# The first of the grader's: what a hint is told of is what the grade saw.
SEED = SEEDS[0]
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

    def of(self, student_id: UUID) -> Self:
        """Give a runner whose programs wait for each other, and not for those of other students."""
        return type(self)(self._sandbox.of(student_id) if self._sandbox is not None else None)

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Open the way to the sandbox, if there is one."""
        async with Sandbox.open_if_configured(environ, pool) as sandbox:
            yield cls(sandbox)

    async def run(self, code: str, within_s: float, stdin: str = "") -> Run | None:
        """Run a program; None when it could not be run in time, which is never the student's fault."""
        execution = await self._executed(within_s, "the program was only read", code=code, stdin=stdin)
        return None if execution is None else seen(execution)

    async def outcomes(
        self, code: str, tests: Sequence[Test], within_s: float, *, isolate: bool = False
    ) -> list[Outcome] | None:
        """Run the tests of an exercise; None when that was not possible in time."""
        if self._sandbox is None or within_s <= WAY_S:
            return None
        brief = Preset(self._sandbox, timeout_s=TEST_S)
        try:
            async with asyncio.timeout(within_s):
                return await run_tests(brief, code, tests, isolate=isolate)
        except (TimeoutError, SandboxAway, SandboxRefused) as error:
            log.info("the tests were not run: %s", error)
            return None

    async def output(self, program: str, stdin: str, within_s: float) -> str:
        """Run a program of ours in a cell, and give what it printed as far as it came."""
        execution = await self._executed(
            within_s, "nothing was searched for", code=program, stdin=stdin, seed=SEED
        )
        return "" if execution is None else execution.stdout

    async def observe(
        self, code: str, within_s: float, inputs: str = "", then: str | None = None
    ) -> Observation | None:
        """Run a program line by line, or an expression after it; None when that was not possible in time."""
        seconds = min(observation.RUN_S, within_s - 2 * WAY_S)
        if seconds <= 0:
            return None
        asked = observation.request(code, inputs, then, seconds=seconds)
        execution = await self._executed(within_s, "the program was not observed", **asked)
        return observation.read_facts(execution.results[0].value) if execution and execution.results else None

    async def _executed(self, within_s: float, otherwise: str, **asked: Any) -> Execution | None:
        """Execute a request; None, and a line in the log, when that was not possible in time."""
        if self._sandbox is None or within_s <= WAY_S:
            return None
        try:
            async with asyncio.timeout(within_s):
                return await self._sandbox.execute(**asked, timeout_s=within_s - WAY_S)
        except (TimeoutError, SandboxBusy, SandboxRefused) as error:
            log.info("%s: %s", otherwise, error)
            return None


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
