"""Find what is left of somebody, in every table whatever its columns."""

from __future__ import annotations

import asyncpg

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# Columns of bytes are shown in hexadecimal digits.
COUNT = """
SELECT count(*) FROM {table} AS t
 WHERE strpos(lower(to_jsonb(t)::text), $1) > 0 OR strpos(to_jsonb(t)::text, $2) > 0
"""


async def mentions(db: asyncpg.Connection[asyncpg.Record], text: str) -> dict[str, int]:
    """Count the rows that contain a text, by table."""
    counts = {}
    for (table,) in await db.fetch(TABLES):
        query = COUNT.format(table=table)
        counts[table] = await db.fetchval(query, text.lower(), text.encode().hex())
    return {table: count for table, count in counts.items() if count}
