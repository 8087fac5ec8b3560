"""The sandbox as code review sees it: it says how correct a program is, or that this cannot be said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self
from uuid import UUID

from functions.code_review.correctness import Correctness, judge
from functions.grading.checks import Test
from functions.grading.errors import SandboxAway
from functions.runtime.database import Pool
from functions.runtime.sandbox import Sandbox

# A number that depends on how busy we are would not be the same twice.
TRIES = 4


class Executor:
    """Judges programs where a sandbox is configured; without one they are only read."""

    def __init__(self, sandbox: Sandbox | None) -> None:
        self._sandbox = sandbox

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Open the way to the sandbox, if there is one."""
        async with Sandbox.open_if_configured(environ, pool) as sandbox:
            yield cls(sandbox)

    async def judge(
        self, code: str, tests: Sequence[Test], student_id: UUID, *, attempt: int
    ) -> Correctness | None:
        """Judge a program that can be read by the tests of its exercise, or by examples.

        None when that cannot be said even at the last try, and then there is no rating.

        Raises SandboxAway before that: a number that depends on how busy we are would not be the same twice.
        """
        if self._sandbox is None:
            return Correctness(None)
        try:
            return await judge(self._sandbox.of(student_id), code, tests)
        except SandboxAway:
            if attempt < TRIES:
                raise
            return None
