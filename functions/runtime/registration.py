"""What a function says of itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from starlette.types import ASGIApp

from functions.runtime.work import Work

DEFAULT_LIMIT_S = 10.0
Handler = Callable[[Any, Work], Awaitable[None]]


class Paid(Protocol):
    """What a function may use, and may have to pay for."""

    @property
    def paid(self) -> bool:
        """Whether using it costs money."""


@dataclass(frozen=True, slots=True)
class Tick:
    """The event of a PingSource."""

    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a function consumes, what it needs for that, and how many seconds one event may take.

    `lease` says whether an event is claimed first, or what has to be paid for to be so; `kinds` are the
    activities that it wants, all when empty. `http` builds the application of a function that takes
    requests instead of events.
    """

    name: str
    handler: Handler | None = None
    models: tuple[type, ...] = ()
    uses: tuple[type, ...] = ()
    limit_s: float = DEFAULT_LIMIT_S
    lease: bool | type[Paid] = True
    kinds: tuple[str, ...] = ()
    http: Callable[[Any], ASGIApp] | None = None

    def limit(self, used: Mapping[type, object]) -> float:
        """Give the seconds that one event may take, with what is open: some of it says what it needs."""
        return max([self.limit_s, *(getattr(one, "needs_s", 0.0) for one in used.values())])

    def leases(self, used: Mapping[type, object]) -> bool:
        """Tell whether events are claimed first, with what is open."""
        return self.lease if isinstance(self.lease, bool) else cast(Paid, used[self.lease]).paid
