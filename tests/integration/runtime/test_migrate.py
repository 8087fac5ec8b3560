"""Migrations run once, whole, in order, whoever comes first."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from functions.runtime.errors import MigrationFailed
from functions.runtime.migrate import Migration, migrate

GOOD = [
    Migration("0001_a.sql", "CREATE TABLE a (x int);"),
    Migration("0002_b.sql", "CREATE TABLE b (x int);"),
]


@pytest.fixture
async def empty(empty_database_url: str) -> str:
    return empty_database_url


async def test_many_at_once_migrate_once(empty: str) -> None:
    connections = [await asyncpg.connect(empty) for _ in range(6)]
    done = await asyncio.gather(*(migrate(db, GOOD) for db in connections))
    assert sorted(name for names in done for name in names) == ["0001_a.sql", "0002_b.sql"]
    for db in connections:
        await db.close()


async def test_a_failing_file_leaves_nothing_and_names_its_line(empty: str) -> None:
    db = await asyncpg.connect(empty)
    bad = Migration("0003_c.sql", "CREATE TABLE c (x int);\n\nALTER TABLE nowhere ADD y int;\n")
    with pytest.raises(MigrationFailed, match=r"0003_c\.sql, line 3: relation \"nowhere\" does not exist"):
        await migrate(db, [*GOOD, bad])
    assert await db.fetchval("SELECT to_regclass('b') IS NOT NULL")
    assert await db.fetchval("SELECT to_regclass('c') IS NULL")
    await db.close()


async def test_a_file_changed_after_it_was_applied_is_refused(empty: str) -> None:
    db = await asyncpg.connect(empty)
    await migrate(db, GOOD)
    with pytest.raises(MigrationFailed, match="was changed after it was applied"):
        await migrate(db, [Migration("0001_a.sql", "CREATE TABLE other (x int);"), GOOD[1]])
    await db.close()
