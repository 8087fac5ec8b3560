"""The port to the sandbox-runner: run a program, and say honestly when that was not possible.

LearnFlowError
├── RetryLater
│   └── SandboxBusy      no room for another execution within the budget -> try again later
└── SandboxRefused       the runner does not take this request, and never will
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import httpx
import msgspec

from events.models import RunStatus
from functions.runtime import metrics
from functions.runtime.certificates import trusted
from functions.runtime.database import Pool
from functions.runtime.errors import LearnFlowError, RetryLater
from functions.runtime.settings import env, integer, url

ItemStatus = RunStatus | Literal["not_run"]
CONNECT_S = 2.0
RETRY_S = 2
NO_ROOM = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS)
REFUSED = (httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.UNPROCESSABLE_ENTITY)
# Nothing ran when no connection came about: only then may the same request be sent again.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class SandboxBusy(RetryLater):
    """The sandbox had no room within the budget; `retry_after_s` is when it may have some."""

    code = "sandbox-busy"

    def __init__(self, message: str, retry_after_s: int = RETRY_S) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SandboxRefused(LearnFlowError):
    """The sandbox does not take this request: it is too large, or not what it expects."""

    code = "sandbox-refused"
    status = 422


@dataclass(frozen=True, slots=True)
class ProgramError:
    """The error a program ended with, as the program told it: not to be trusted."""

    type: str
    message: str = ""
    line: int | None = None
    traceback: str = ""
    help: str | None = None


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What one call or one stdin case did; `value` is marked JSON data."""

    status: ItemStatus
    value: Any = None
    exit_code: int | None = None
    stdout: str = ""
    stderr: str = ""
    duration_ms: float | None = None
    error: ProgramError | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """What a program did; `internal_error` is our failure and never the student's."""

    status: RunStatus
    exit_code: int | None = None
    signal: str | None = None
    stdout: str = ""
    stderr: str = ""
    duration_ms: float | None = None
    error: ProgramError | None = None
    results: list[ItemResult] = field(default_factory=list)


BROKEN = Execution(status="internal_error")


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Where the runner is, how long one answer may take and how long to look for room, in seconds."""

    url: str
    wait_s: int
    busy_s: int

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> SandboxSettings:
        """Read the settings."""
        return cls(
            url=env(environ, "SANDBOX_URL", url),
            wait_s=env(environ, "LEARNFLOW_EXECUTION_WAIT_S", integer(1, 60), 12),
            busy_s=env(environ, "LEARNFLOW_EXECUTION_BUSY_S", integer(0, 30), 4),
        )


class Sandbox:
    """A client of the sandbox-runner."""

    def __init__(self, client: httpx.AsyncClient, *, busy_s: float, fair_key: str = "") -> None:
        self._client = client
        self._busy_s = busy_s
        self._fair_key = fair_key

    def of(self, student_id: UUID) -> Sandbox:
        """Give the same sandbox for programs of one student: they wait for each other, not for others'."""
        return Sandbox(self._client, busy_s=self._busy_s, fair_key=fair_key_of(student_id))

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Sandbox]:
        """Open the connections; the runner need not be there yet."""
        settings = SandboxSettings.read(environ)
        async with connected(settings.url, settings.wait_s) as client:
            yield cls(client, busy_s=settings.busy_s)

    @classmethod
    @asynccontextmanager
    async def open_if_configured(
        cls, environ: Mapping[str, str], pool: Pool
    ) -> AsyncIterator[Sandbox | None]:
        """Open the way to the sandbox; None where no address is configured."""
        if not environ.get("SANDBOX_URL"):
            yield None
            return
        async with cls.open(environ, pool) as sandbox:
            yield sandbox

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def execute(
        self,
        code: str,
        *,
        stdin: str = "",
        calls: Sequence[Mapping[str, Any]] = (),
        stdin_cases: Sequence[str] = (),
        isolate: bool = False,
        timeout_s: float | None = None,
        fair_key: str = "",
        seed: int | None = None,
    ) -> Execution:
        """Run a program, with calls of its functions or with several inputs, perhaps in less time than usual.

        Isolated, each call and input has a cell of its own; all of them share the time of one.
        With a `seed` the run can be repeated: order of sets, random numbers and clock are fixed by it.
        Programs of one `fair_key` (see `fair_key_of`) wait for each other and not for those of others.

        Gives `internal_error` when the runner broke. Raises SandboxBusy when there was no room, and
        SandboxRefused when the request cannot be run at all.
        """
        request: dict[str, Any] = {"code": code}
        request |= {"stdin": stdin} if stdin else {}
        request |= {"calls": list(calls)} if calls else {}
        request |= {"stdin_cases": list(stdin_cases)} if stdin_cases else {}
        request |= {"isolate": True} if isolate and (calls or stdin_cases) else {}
        request |= {"seed": seed} if seed is not None else {}
        request |= {"fair_key": key} if (key := fair_key or self._fair_key) else {}
        request |= {"timeout_s": timeout_s} if timeout_s is not None else {}
        with metrics.execution() as execution:
            result = read_answer(await self.ask(request))
            execution.status = result.status
        return result

    async def ask(self, request: Mapping[str, Any]) -> httpx.Response | None:
        """Send a request once there is room; None when the connection or the runner broke on the way.

        Raises SandboxBusy when there was no room within the budget.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + self._busy_s
        while True:
            pause, later_s = 0.25, RETRY_S
            try:
                answer = await self._client.post("/execute", json=request)
            except NOT_SENT as error:
                reason = f"{type(error).__name__}: {error}"
            except httpx.TransportError:
                return None
            else:
                if answer.status_code not in NO_ROOM:
                    return answer
                reason = f"the runner answered {answer.status_code}"
                pause, later_s = retry_after(answer), asked_for_s(answer)
            if clock() + pause > until:
                raise SandboxBusy(reason, later_s)
            await asyncio.sleep(pause)


def connected(base: str, wait_s: float, most: int | None = None) -> httpx.AsyncClient:
    """Make the connections to a runner, `most` at once; none is opened before the first request."""
    timeout = httpx.Timeout(wait_s, connect=CONNECT_S)
    # before each request httpx looks at every idle connection: few are kept when nothing runs
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=4, keepalive_expiry=60)
    return httpx.AsyncClient(base_url=base, timeout=timeout, limits=limits, verify=trusted(base))


def fair_key_of(student_id: UUID) -> str:
    """Name a student to the runner without telling who it is."""
    return hashlib.sha256(b"learnflow runner " + student_id.bytes).hexdigest()[:32]


def asked_for_s(answer: httpx.Response) -> int:
    """Read how many seconds the runner asks a client to wait."""
    raw = answer.headers.get("retry-after", "")
    return int(raw) if raw.isdigit() else RETRY_S


def retry_after(answer: httpx.Response) -> float:
    """Read how many seconds the runner wants us to wait, within reason."""
    raw = answer.headers.get("retry-after", "")
    return min(max(float(raw), 0.1), 5.0) if raw.isdigit() else 0.5


def read_answer(answer: httpx.Response | None) -> Execution:
    """Read an answer; one that can't be read, or did not come, is our own failure."""
    if answer is None:
        return BROKEN
    if answer.status_code in REFUSED:
        raise SandboxRefused(answer.text[:300])
    if answer.status_code != httpx.codes.OK:
        return BROKEN
    try:
        return msgspec.json.decode(answer.content, type=Execution)
    except msgspec.MsgspecError:
        return BROKEN
