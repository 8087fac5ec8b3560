"""A model that does whatever it is told to, and a book that books nothing."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from functions.diagnosis.runner import Run, Runner
from functions.grading.checks import Test
from functions.grading.running import Outcome
from functions.model.prompts import Prompt
from functions.model.received import ChunkListener
from functions.model.usage import Call, Ledger, Reserved
from functions.model.usage import Outcome as Came
from functions.model.wire import Completion


class Obedient:
    """Replies what `reply` makes of its prompt, and keeps the prompts."""

    name = "obedient"
    ready = True

    def __init__(self, reply: Callable[[Prompt], str]) -> None:
        self.prompts: list[Prompt] = []
        self._reply = reply

    @asynccontextmanager
    async def place(self, within_s: float) -> AsyncIterator[None]:
        """Give a place at once."""
        yield

    async def complete(
        self, prompt: Prompt, within_s: float, hear: ChunkListener | None = None
    ) -> Completion:
        """Reply, word by word to whoever listens."""
        self.prompts.append(prompt)
        reply = self._reply(prompt)
        for word in reply.split(" ") if hear is not None else ():
            await hear(f"{word} ")  # type: ignore[misc]  # there is one: see above
        return Completion(reply, 10, 10)


class NoBook(Ledger):
    """Books nothing."""

    def __init__(self) -> None:
        """Need no database."""

    async def reserve(self, call: Call) -> Reserved:
        """Let every call be made."""
        return Reserved()

    async def settle(self, call: Call, outcome: Came, completion: Completion | None, ms: int) -> None:
        """Forget it."""


class Runs(Runner):
    """Says of everything that is Python that it prints a number."""

    def __init__(self) -> None:
        """Need no sandbox."""

    async def run(self, code: str, within_s: float = 1.0, stdin: str = "") -> Run | None:
        """Read the program instead of running it."""
        try:
            ast.parse(code)
        except (SyntaxError, ValueError):
            return None
        return Run(None, "15")

    async def outcomes(
        self, code: str, tests: Sequence[Test], within_s: float, *, isolate: bool = False
    ) -> list[Outcome] | None:
        """Run no tests."""
        return None
