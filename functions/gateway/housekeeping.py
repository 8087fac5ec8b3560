"""What is done every few minutes: forgetting what says nothing any more."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from functions.gateway.queries import limits, personal_data, rosters, users
from functions.runtime import FunctionHost
from functions.runtime.database import connection
from functions.runtime.errors import redacted

PERIOD_S = 600.0
log = logging.getLogger(__name__)


async def run(floor: FunctionHost) -> None:
    """Keep house until the process stops."""
    while not floor.stopping.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(PERIOD_S):
                await floor.stopping.wait()
                return
        try:
            await keep(floor)
        except Exception as error:  # noqa: BLE001  # nobody would begin the next round
            log.warning("housekeeping waits for the next time: %s", redacted(error))


async def keep(floor: FunctionHost) -> None:
    """Remove ended sessions, full allowances, old rosters, and what arrived late for erased users."""
    now = floor.clock()
    async with connection(floor.pool) as db:
        await users.forget(db, now)
        await limits.forget(db, now)
        await rosters.forget(db, now)
        await personal_data.sweep(db)
