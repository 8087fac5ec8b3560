"""What a function says of itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp

from functions.runtime.work import Work

DEFAULT_LIMIT_S = 10.0
Handler = Callable[[Any, Work], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Tick:
    """The event of a PingSource."""

    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a function consumes, what it needs for that, and how many seconds one event may take.

    `http` builds the application of a function that takes requests instead of events.
    """

    name: str
    handler: Handler | None = None
    models: tuple[type, ...] = ()
    uses: tuple[type, ...] = ()
    limit_s: float = DEFAULT_LIMIT_S
    http: Callable[[Any], ASGIApp] | None = None
