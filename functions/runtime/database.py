"""Connections to PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

from functions.runtime.errors import DatabaseDown
from functions.runtime.settings import Settings

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

CONNECT_S = 2.0
ACQUIRE_S = 2.0
# An event in hand waits for its turn: another delivery takes longer, and what was paid for may be lost.
TURN_S = 10.0
COMMAND_S = 10.0
IDLE_S = 120.0
DOWN = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # no connection, memory or disk left
    asyncpg.PostgresSystemError,  # what the disk says
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is to become the primary
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was cut in the middle of a command
)


async def open_pool(settings: Settings) -> Pool:
    """Open the pool of a process; it also works through PgBouncer in transaction mode."""
    return await asyncpg.create_pool(
        settings.database_url,
        min_size=1,
        max_size=settings.pool_max,
        timeout=CONNECT_S,
        command_timeout=COMMAND_S,
        max_inactive_connection_lifetime=IDLE_S,
        statement_cache_size=settings.statement_cache,
        reset=keep_session,
        server_settings={} if settings.statement_cache == 0 else {"application_name": settings.function},
    )


async def keep_session(_: object) -> None:
    """Leave a released connection as it is: sessions carry no state here, and a reset costs a round trip."""


@asynccontextmanager
async def connection(pool: Pool, within_s: float = ACQUIRE_S) -> AsyncIterator[Connection]:
    """Borrow a connection; raises DatabaseDown when none can be had in time, or when it breaks."""
    try:
        async with pool.acquire(timeout=within_s) as db:
            yield db  # type: ignore[misc]  # the pool hands out a proxy of the connection
    except DOWN as error:
        raise DatabaseDown(f"{type(error).__name__}: {error}") from error


async def answers(pool: Pool) -> bool:
    """Ask PostgreSQL for a sign of life, within a second."""
    try:
        async with asyncio.timeout(1.0), connection(pool) as db:
            return bool(await db.fetchval("SELECT true"))
    except (TimeoutError, DatabaseDown):
        return False
