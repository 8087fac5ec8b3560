"""The probes of a function."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TICK_S = 1.0
BLOCKED_S = 5.0
SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
Check = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class LoopWatch:
    """Notices that the event loop was held up: it should tick once a second.

    A probe that is answered at all shows that the loop runs again, so one tick in time makes it healthy:
    a process that has recovered is not to be started anew, with the events of everybody else in it.
    """

    late_s: float = 0.0
    lost_s: float = 0.0

    async def run(self) -> None:
        """Measure for ever."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(TICK_S)
            self.note(loop.time() - before - TICK_S)

    def note(self, late_s: float) -> None:
        """Take one measurement, in seconds."""
        self.late_s = max(late_s, 0.0)
        self.lost_s += self.late_s

    @property
    def healthy(self) -> bool:
        """Whether the last tick came in time."""
        return self.late_s < BLOCKED_S


def request_id_of(given: str | None) -> str:
    """Take the caller's id when it is harmless, or make one."""
    return given if given and SANE_ID.fullmatch(given) else uuid4().hex


def answer(request: Request, checks: Mapping[str, bool]) -> Response:
    """Answer 200 when every check holds, 503 otherwise."""
    well = all(checks.values())
    body = {
        "status": "ok" if well else "unavailable",
        "checks": {k: "ok" if v else "failed" for k, v in checks.items()},
    }
    headers = {"x-request-id": request_id_of(request.headers.get("x-request-id"))}
    return JSONResponse(body, status_code=200 if well else 503, headers=headers)


def routes(started: Callable[[], bool], database: Check, watch: LoopWatch) -> list[Route]:
    """The three probes: live looks at the process alone, ready at PostgreSQL as well."""

    async def live(request: Request) -> Response:
        return answer(request, {"event_loop": watch.healthy})

    async def startup(request: Request) -> Response:
        return answer(request, {"started": started()})

    async def ready(request: Request) -> Response:
        up = started()
        checks = {"started": up, "database": up and await database(), "event_loop": watch.healthy}
        return answer(request, checks)

    probes = {"live": live, "ready": ready, "startup": startup}
    return [Route(f"/health/{name}", probe, methods=["GET"]) for name, probe in probes.items()]
