"""Generations of a projection: one is live, another may be being built beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal

from functions.runtime.database import Connection
from functions.runtime.erasure import ERASED_IDS
from functions.runtime.errors import NotBuilding

Name = Literal["progress", "alerts"]
LIVE = "(SELECT live FROM projections WHERE name = '{name}')"
SHARED = "SELECT pg_advisory_xact_lock_shared(hashtext('projection'), hashtext($1))"
ALONE = "SELECT pg_advisory_xact_lock(hashtext('projection'), hashtext($1))"
BEGIN = """
UPDATE projections SET building = newest + 1, newest = newest + 1, started_at = clock_timestamp(),
       selection = NULL
 WHERE name = $1 RETURNING building
"""
BUILDING = "SELECT building FROM projections WHERE name = $1"
SINCE = "SELECT live, started_at FROM projections WHERE name = $1 AND building = $2"
FLIP = """
UPDATE projections SET live = building, building = NULL, started_at = NULL, selection = NULL WHERE name = $1
"""
ERASED = f"DELETE FROM {{table}} WHERE generation = $1 AND student_id IN ({ERASED_IDS})"
STALE = """
DELETE FROM {table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM {table} WHERE generation <> $1 AND generation <> $2 LIMIT 20000))
"""
CatchUp = Callable[[Connection, int, int, datetime], Awaitable[None]]


async def join(db: Connection, name: Name) -> None:
    """Keep the live generation from changing until the end of the transaction."""
    await db.execute(SHARED, name)


async def begin(db: Connection, name: Name) -> int:
    """Start a new generation and return its number; one that was being built before is given up."""
    return int(await db.fetchval(BEGIN, name))


async def building(db: Connection, name: Name) -> int | None:
    """Return the generation that is being built, or was when its rebuild was interrupted."""
    number: int | None = await db.fetchval(BUILDING, name)
    return number


async def finish(
    db: Connection, name: Name, generation: int, catch_up: CatchUp, tables: tuple[str, ...]
) -> int:
    """Make a generation the live one and return the one that was live before.

    `catch_up(db, live, generation, started_at)` brings over what came to the live one since the rebuild
    began; writers wait meanwhile, readers do not. Students who were erased meanwhile stay erased. Raises
    NotBuilding when a later rebuild took over.
    """
    async with db.transaction():
        await db.execute(ALONE, name)
        row = await db.fetchrow(SINCE, name, generation)
        if row is None:
            raise NotBuilding(f"generation {generation} of {name} is not being built")
        await catch_up(db, row["live"], generation, row["started_at"])
        for table in tables:
            await db.execute(ERASED.format(table=table), generation)
        await db.execute(FLIP, name)
    return int(row["live"])


async def clear(db: Connection, name: Name, tables: tuple[str, ...]) -> None:
    """Delete what neither the live generation nor one being built needs, a portion at a time."""
    row = await db.fetchrow("SELECT live, coalesce(building, live) FROM projections WHERE name = $1", name)
    live, newer = row or (1, 1)
    for table in tables:
        while await db.execute(STALE.format(table=table), live, newer, timeout=60) != "DELETE 0":
            continue
