"""Forward-only migrations in plain SQL: db/migrations/*.sql, in the order of their names."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from functions.runtime.database import Connection
from functions.runtime.errors import MigrationFailed

FOLDER = Path(__file__).parents[2] / "db" / "migrations"
LOCK = 5_418_001
LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
"""
EXISTS = "SELECT to_regclass('schema_migrations') IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration file."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Tells whether a file was changed after it was applied."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read(folder: Path = FOLDER) -> list[Migration]:
    """Read all migration files, in order."""
    return [Migration(path.name, path.read_text()) for path in sorted(folder.glob("*.sql"))]


async def migrate(db: Connection, migrations: Sequence[Migration]) -> list[str]:
    """Apply what is missing and return the names.

    Many processes may call it at once: one applies, the others wait. Each file is one transaction. Raises
    MigrationFailed with file and line, or when an applied file was changed since.
    """
    done = await applied(db)
    if set(done) >= {m.name for m in migrations}:
        check(done, migrations)
        return []
    return [m.name for m in migrations if await apply_once(db, m)]


async def applied(db: Connection) -> dict[str, str]:
    """Read the checksums of the migrations that were applied."""
    if not await db.fetchval(EXISTS):
        return {}
    return {
        row["name"]: row["checksum"] for row in await db.fetch("SELECT name, checksum FROM schema_migrations")
    }


def check(done: dict[str, str], migrations: Sequence[Migration]) -> None:
    """Refuse a migration that was changed after it was applied."""
    for migration in migrations:
        if done.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationFailed(f"{migration.name} was changed after it was applied; add a new one")


async def apply_once(db: Connection, migration: Migration) -> bool:
    """Apply one file unless somebody else did, in a transaction of its own."""
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", LOCK, timeout=300)
        await db.execute(LEDGER)
        done = await applied(db)
        check(done, [migration])
        if migration.name in done:
            return False
        await run(db, migration)
        await db.execute(
            "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)",
            migration.name,
            migration.checksum,
        )
    return True


async def run(db: Connection, migration: Migration) -> None:
    """Run the statements of a file one by one, so that an error has its line."""
    for line, statement in statements(migration.sql):
        try:
            await db.execute(statement, timeout=300)
        except asyncpg.PostgresError as error:
            inside = int(getattr(error, "position", None) or 1)
            at = line + statement.count("\n", 0, inside - 1)
            raise MigrationFailed(f"{migration.name}, line {at}: {error}") from error


def statements(sql: str) -> Iterator[tuple[int, str]]:
    """Split a file into statements, each with the number of its first line."""
    from sqlparse import split  # only needed when there is something to apply

    end = 0
    for statement in split(sql):
        start = sql.index(statement, end)
        end = start + len(statement)
        yield 1 + sql.count("\n", 0, start), statement


async def main(database_url: str) -> None:
    """Migrate a database and print what was done."""
    db = await asyncpg.connect(database_url)
    try:
        names = await migrate(db, read())
    finally:
        await db.close()
    print("\n".join(names) or "nothing to do")


if __name__ == "__main__":
    import os

    asyncio.run(main(os.environ["DATABASE_URL"]))
