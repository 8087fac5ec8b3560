"""Which hints helped, counted in the log of a system: `./task eval hints --from-log`, with DATABASE_URL.

A hint helped where the next hand-in of the same exercise, within a day, passed more of its tests than the one
before. That is counting and no experiment: who asks for hints, and when, decides as well.
"""

from __future__ import annotations

import asyncio
import os

import asyncpg

from tests.eval.tables import share, table

OUTCOMES = "SELECT * FROM hint_outcomes ORDER BY shown DESC, fault, tier, wording"
COLUMNS = ("fault", "step", "wording", "shown", "then handed in", "better", "solved")


async def outcomes(url: str) -> list[tuple[str, ...]]:
    """Read how often each hint was followed by a better hand-in."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(OUTCOMES)
    finally:
        await connection.close()
    return [
        (
            row["fault"],
            row["tier"],
            row["wording"] or "",
            str(row["shown"]),
            str(row["followed"]),
            share(row["better"], row["followed"]),
            share(row["solved"], row["followed"]),
        )
        for row in rows
    ]


def from_log() -> str:
    """Write the table of the database in DATABASE_URL."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return "Set DATABASE_URL to the database of the system that is asked about."
    rows = asyncio.run(outcomes(url))
    return table(COLUMNS, rows) if rows else "No hint is in the log yet."
