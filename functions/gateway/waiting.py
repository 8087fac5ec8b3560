"""Long polls: the answer at once when it is there, or as soon as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from functions.gateway.state import Gateway
from functions.runtime.database import Connection

T = TypeVar("T")
Wait = Annotated[int, Query(ge=0, le=25, description="Seconds to wait at most for it to be complete.")]


async def until(
    gw: Gateway,
    user_id: UUID,
    wait_s: int,
    read: Callable[[Connection], Awaitable[T]],
    done: Callable[[T], bool],
) -> T:
    """Read until it is done or the time is over; no connection is held while waiting."""
    clock = asyncio.get_running_loop().time
    end = clock() + wait_s
    if not wait_s:
        return await read_once(gw, read)
    with gw.hub.bell(user_id) as bell:
        while True:
            found = await read_once(gw, read)
            if done(found) or clock() >= end or gw.floor.stopping.is_set():
                return found
            await gw.hub.wait(bell, end - clock())


async def read_once(gw: Gateway, read: Callable[[Connection], Awaitable[T]]) -> T:
    """Read on a connection that is given back at once."""
    async with gw.read() as db:
        return await read(db)
