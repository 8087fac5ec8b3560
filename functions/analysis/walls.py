"""Walls around reading: what learners send is taken apart in child processes that can be cut off.

Parsing, comparing and searching cost what the input makes them cost, and nothing inside a process can stop a
regular expression or CPython's own compiler. So calls go to a few workers, kept for the next call: less than
a millisecond on top of the work itself. A worker that meets a limit ends with it and is replaced (about 0.2 s
of processor time when the next call comes). Of one learner at most one call is at work at a time, so that
nobody fills all workers. Functions are found by name in the worker: they must be at the top level of a
module, and take and return what can be pickled.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, Protocol, Self, TypeVar

from functions.analysis.errors import CutOff, ReaderFailed
from functions.analysis.worker import HEADER_BYTES, Call, Outcome
from functions.runtime.database import Pool
from functions.runtime.settings import env, integer

P = ParamSpec("P")
R = TypeVar("R")
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "functions.analysis.worker")
# for the start of a worker on a busy machine
START_S = 20.0
MAX_REPLY_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class WallSettings:
    """Limits of one call, and how many calls are at work at once.

    `memory_mb` is counted from what a worker has before the call, `cpu_s` and `wall_s` are seconds.
    """

    workers: int = 2
    memory_mb: int = 64
    cpu_s: int = 2
    wall_s: int = 3

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> WallSettings:
        """Read the settings."""
        return cls(
            workers=env(environ, "LEARNFLOW_READERS", integer(1, 16), 2),
            memory_mb=env(environ, "LEARNFLOW_READER_MEMORY_MB", integer(1, 4096), 64),
            cpu_s=env(environ, "LEARNFLOW_READER_CPU_S", integer(1, 60), 2),
            wall_s=env(environ, "LEARNFLOW_READER_WALL_S", integer(1, 60), 3),
        )


class Walls:
    """Calls functions in workers; use it as an async context, which ends them."""

    def __init__(self, settings: WallSettings) -> None:
        self._settings = settings
        self._free: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(settings.workers):
            self._free.put_nowait(None)
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Open the walls as a function's settings say; no worker starts before the first call."""
        async with cls(WallSettings.read(environ)) as walls:
            yield walls

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        while not self._free.empty():
            if worker := self._free.get_nowait():
                await worker.end()

    async def run_for(
        self, learner: object, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call a function inside the walls, after what the same learner has at work there.

        Raises CutOff at a limit, ReaderFailed when the function raises.
        """
        if kwargs:
            raise TypeError("arguments go by position")
        call = Call(
            module=function.__module__,
            name=function.__name__,
            args=tuple(args),
            memory_bytes=self._settings.memory_mb * 2**20,
            cpu_s=self._settings.cpu_s,
            reply_bytes=MAX_REPLY_BYTES,
        )
        async with self._turn(str(learner)):
            outcome = await self._ask(pickle.dumps(call, pickle.HIGHEST_PROTOCOL))
        match outcome.kind:
            case "value":
                value: R = outcome.value
                return value
            case "raised":
                raise ReaderFailed(f"{call.module}.{call.name}: {outcome.value}")
            case limit:
                raise CutOff(limit)

    @asynccontextmanager
    async def _turn(self, learner: str) -> AsyncIterator[None]:
        lock, waiting = self._turns.get(learner, (asyncio.Lock(), 0))
        self._turns[learner] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns.pop(learner)
            if waiting > 1:
                self._turns[learner] = lock, waiting - 1

    async def _ask(self, request: bytes) -> Outcome:
        worker, whole = await self._free.get(), False
        try:
            worker = worker or await _Worker.start()
            async with asyncio.timeout(START_S):
                await worker.begin(request)
            async with asyncio.timeout(self._settings.wall_s):
                outcome = await worker.outcome()
            whole = outcome.kind != "memory"  # what it holds after that is not to be trusted
            return outcome
        except TimeoutError:
            raise CutOff("time") from None
        except asyncio.IncompleteReadError:
            # it ended by itself: of processor time, or because an allocation deep in CPython failed
            raise CutOff("time" if worker and await worker.out_of_time() else "memory") from None
        finally:
            self._free.put_nowait(worker if whole else None)
            if worker is not None and not whole:
                await worker.end()


async def at_once(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function here and now, without walls: for texts of our own, and for tests."""
    return function(*args, **kwargs)


class Calls(Protocol):
    """How a function that reads what a learner sent is called: behind walls, or at once."""

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call it; raises CutOff at a limit."""
        ...


class _Worker:
    """One child process, asked one thing at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self._calls, self._outcomes = process, process.stdin, process.stdout

    @classmethod
    async def start(cls) -> Self:
        # no secret of ours is in its environment: it reads what strangers sent
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "HOME") if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            cwd=ROOT,
            env={**kept, "PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return cls(process)

    async def begin(self, request: bytes) -> None:
        """Send a call, and wait until the worker has imported what it needs."""
        self._calls.write(len(request).to_bytes(HEADER_BYTES, "big") + request)
        with suppress(ConnectionError):  # an end of the worker shows where its outcome is read
            await self._calls.drain()
        await self._outcomes.readexactly(HEADER_BYTES)

    async def outcome(self) -> Outcome:
        """Wait for what comes of the call."""
        length = int.from_bytes(await self._outcomes.readexactly(HEADER_BYTES), "big")
        outcome: Outcome = pickle.loads(await self._outcomes.readexactly(length))  # noqa: S301 - our worker wrote it
        return outcome

    async def out_of_time(self) -> bool:
        """Whether the process ended because its processor time was used up."""
        return -await self._process.wait() == signal.SIGXCPU

    async def end(self) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()
