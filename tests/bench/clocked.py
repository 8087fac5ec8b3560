"""A connection that knows how long its owner waited for PostgreSQL: the rest is what Python makes of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


class Clocked:
    """Passes everything on to a connection, and adds up the time until each answer."""

    def __init__(self, db: asyncpg.Connection[Any]) -> None:
        self._db = db
        self.waited_ms = 0.0

    def __getattr__(self, name: str) -> Any:
        """Give a method of the connection with a clock."""
        method = getattr(self._db, name)

        async def clocked(*values: Any, **named: Any) -> Any:
            before = time.perf_counter()
            try:
                return await method(*values, **named)
            finally:
                self.waited_ms += (time.perf_counter() - before) * 1000

        return clocked

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Open a transaction; beginning and ending it counts too."""
        transaction = self._db.transaction()
        before = time.perf_counter()
        await transaction.start()
        self.waited_ms += (time.perf_counter() - before) * 1000
        try:
            yield
        except BaseException:
            await transaction.rollback()
            raise
        before = time.perf_counter()
        await transaction.commit()
        self.waited_ms += (time.perf_counter() - before) * 1000
