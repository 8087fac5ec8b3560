"""W3C trace context, carried from event to event."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
NOTHING = ("0" * 32, "0" * 16)
Current = Callable[[], str | None]


def nowhere() -> None:
    """Be in no span: nobody traces."""


_current: Current = nowhere


def use(current: Current) -> None:
    """Take the trace context of a tracer's spans from now on."""
    global _current  # one per process, as with logging
    _current = current


def start() -> str:
    """Begin a trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child(parent: str | None) -> str:
    """Continue the span we are in, or a trace with a new span, or begin one when there is none to be read."""
    if (inside := _current()) is not None:
        return inside
    match = TRACEPARENT.fullmatch(parent or "")
    if match is None or match[1] == NOTHING[0] or match[2] == NOTHING[1]:
        return start()
    return f"00-{match[1]}-{secrets.token_hex(8)}-{match[3]}"
