"""How a function's `main.py` says what it is, for our own launcher and for functions-framework's command."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from functions.runtime.app import Hosted
from functions.runtime.function_host import FunctionHost
from functions.runtime.registration import DEFAULT_LIMIT_S, Handler, Paid, Registration

Function = Callable[[Request], Awaitable[Response]]


def consumes(
    *models: type,
    uses: tuple[type, ...] = (),
    limit_s: float = DEFAULT_LIMIT_S,
    lease: bool | type[Paid] = True,
    kinds: tuple[str, ...] = (),
) -> Callable[[Handler], Function]:
    """Make a handler of the given event models the CloudEvents function of its name.

    `uses` are classes that are opened at start-up and closed at the end; `limit_s` bounds one event. Without
    `lease` two deliveries at once may both run, and one is rolled back: for handlers with no effect but in
    their transaction. `kinds` are the activities that are of use; others are dropped as they come.
    """

    def make(handler: Handler) -> Function:
        return function(Registration(handler.__name__, handler, models, uses, limit_s, lease, kinds))

    return make


def serves(build: Callable[[FunctionHost], ASGIApp]) -> Function:
    """Make an HTTP application, built once the process is composed, the HTTP function of its name."""
    return function(Registration(build.__name__, http=build))


def function(registration: Registration) -> Function:
    """Make what functions-framework calls, which puts itself on its host with the first request.

    The framework's CloudEvents wrapper would hand over an event without its bytes (docs/decisions/0025), so
    it is told that we take requests. It is not imported unless it is what loads us: its Flask half alone
    takes a third of a cold start.
    """
    hosted = Hosted(registration)

    async def receive(request: Request) -> Response:
        return await hosted.answer(request)

    receive.__name__ = receive.__qualname__ = registration.name
    receive.registration = registration  # type: ignore[attr-defined]  # for our own launcher
    if "functions_framework" in sys.modules:
        from functions_framework import aio

        aio.http(receive)
    return receive
