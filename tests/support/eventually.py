"""Waiting for something that comes about by itself: asked again and again, up to a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
DEADLINE_S = 30.0
PAUSE_S = 0.02


def until(
    holds: Callable[[], Any], otherwise: str | Callable[[], str], deadline_s: float = DEADLINE_S
) -> None:
    """Wait until something holds, where nothing else has to go on meanwhile; fails with the message given."""
    end = time.monotonic() + deadline_s
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(otherwise if isinstance(otherwise, str) else otherwise())
        time.sleep(PAUSE_S)


async def eventually(
    read: Callable[[], Awaitable[T]],
    good: Callable[[T], Any] = bool,
    otherwise: str = "",
    deadline_s: float = DEADLINE_S,
    pause_s: float = PAUSE_S,
) -> T:
    """Read again until the value is good, and give it; fails with the message given, and the last value.

    Who reads the API waits longer between, or meets its rate limit.
    """
    end = time.monotonic() + deadline_s
    while not good(value := await read()):
        if time.monotonic() > end:
            raise AssertionError(
                f"not within {deadline_s:g} s: {otherwise or good}; the last value: {value!r}"
            )
        await asyncio.sleep(pause_s)
    return value


async def until_true(holds: Callable[[], Any], deadline_s: float = DEADLINE_S) -> None:
    """Wait in a loop until something holds that needs no waiting to be asked."""

    async def asked() -> Any:
        return holds()

    await eventually(asked, deadline_s=deadline_s)
