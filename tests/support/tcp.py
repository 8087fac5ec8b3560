"""Passing TCP connections on: what the wire that counts and the proxy that breaks have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

CHUNK = 65_536
EachChunk = Callable[[bytes], Awaitable[None]]


async def pump(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, each: EachChunk | None = None
) -> None:
    """Pass on what comes until one side ends; `each` sees every chunk first, and may take its time."""
    try:
        while chunk := await source.read(CHUNK):
            if each is not None:
                await each(chunk)
            target.write(chunk)
            await target.drain()
    except OSError:
        return
    finally:
        target.close()
