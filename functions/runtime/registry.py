"""How a function's `main.py` says what it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import functions_framework.aio
from cloudevents.http import CloudEvent

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from functions.runtime.function_host import FunctionHost
    from functions.runtime.work import Work

DEFAULT_LIMIT_S = 10.0
Handler = Callable[[Any, "Work"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Tick:
    """The event of a PingSource."""

    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a function consumes, what it needs for that, and how long one event may take."""

    name: str
    handler: Handler | None
    models: tuple[type, ...]
    uses: tuple[type, ...]
    limit_s: float
    http: Callable[[FunctionHost], ASGIApp] | None = None


REGISTRY: dict[str, Registration] = {}
FLOORS: dict[str, FunctionHost] = {}


def consumes(
    *models: type, uses: tuple[type, ...] = (), limit_s: float = DEFAULT_LIMIT_S
) -> Callable[[Handler], Callable[[CloudEvent], Awaitable[None]]]:
    """Register a handler of the given event models as the CloudEvents function of its name.

    `uses` are classes that are opened at start-up and closed at the end; `limit_s` bounds one event.
    """

    def register(handler: Handler) -> Callable[[CloudEvent], Awaitable[None]]:
        name = handler.__name__
        REGISTRY[name] = Registration(name, handler, models, uses, limit_s)

        async def receive(_: CloudEvent) -> None:
            await FLOORS[name].receive()

        receive.__name__ = name
        functions_framework.aio.cloud_event(receive)
        return receive

    return register


def serves(build: Callable[[FunctionHost], ASGIApp]) -> Callable[..., Awaitable[Any]]:
    """Register an HTTP application, built once the process is composed, as the HTTP function of its name."""
    name = build.__name__
    REGISTRY[name] = Registration(name, None, (), (), DEFAULT_LIMIT_S, build)

    async def receive(request: Request) -> Any:
        raise LookupError(f"{request.url.path} did not reach the application of {name}")

    receive.__name__ = name
    functions_framework.aio.http(receive)
    return receive
