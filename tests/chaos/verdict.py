"""The independent checker: waits until a system has come to rest, and then looks at everything."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, date, datetime

import asyncpg

from tests.chaos import formula, journal, promises, tables
from tests.chaos.caller import Caller
from tests.chaos.formula import Fact
from tests.chaos.journal import Journal
from tests.chaos.ledger import Ledger, Person
from tests.chaos.tables import Database
from tests.support.crowd import connect

BUSY = """
SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL)
     + (SELECT count(*) FROM inbox WHERE done_at IS NULL)
     + (SELECT count(*) FROM messages WHERE status = 'pending')
     + (SELECT count(*) FROM exercises WHERE status = 'pending')
     + (SELECT count(*) FROM submissions s WHERE NOT EXISTS (
               SELECT FROM reviews r WHERE r.submission_id = s.submission_id)) AS busy,
       (SELECT count(*) FROM inbox) AS seen
"""
HEARD = "SELECT coalesce(max(seq), 0) FROM stream_events WHERE user_id = $1::uuid"
FACTS = """
SELECT activity_id::text, kind, topic, occurred_at, detail FROM activities
 WHERE student_id = $1::uuid AND generation = (SELECT live FROM projections WHERE name = 'progress')
"""
STILL, LOOK_S = 12, 0.25


async def rest(db: Database, limit_s: float) -> bool:
    """Wait until there is nothing to do, and was not for some seconds; False when that never comes."""
    end, still, before = time.monotonic() + limit_s, 0, -1
    while time.monotonic() < end:
        row = await db.fetchrow(BUSY)
        assert row is not None
        still = still + 1 if row["busy"] == 0 and row["seen"] == before else 0
        before = row["seen"]
        if still >= STILL:
            return True
        await asyncio.sleep(LOOK_S)
    return False


async def heard(db: Database, ledger: Ledger, limit_s: float) -> None:
    """Wait until every stream has brought its last event; what is missing then is the checker's to say."""
    end = time.monotonic() + limit_s
    for person in ledger.people:
        while person.last < await db.fetchval(HEARD, person.id) and time.monotonic() < end:
            await asyncio.sleep(LOOK_S)


async def mastery(db: Database, caller: Caller, person: Person) -> list[str]:
    """Compare what the API shows of a student with a recomputation; around midnight once more."""
    while True:
        today = utc_day()
        shown = await caller.read(person, "/progress")
        if today == utc_day():
            break
    if shown is None:
        return [f"{person.id}: progress cannot be read"]
    facts = [fact(row) for row in await db.fetch(FACTS, person.id)]
    return [f"{person.id}: {one}" for one in formula.differences(facts, shown, today)]


def utc_day() -> date:
    """The day that it is now in UTC."""
    return datetime.now(UTC).date()


def fact(row: asyncpg.Record) -> Fact:
    """Read an activity."""
    detail = json.loads(row["detail"])
    return Fact(row["activity_id"], row["kind"], row["topic"], row["occurred_at"], detail)


async def look(
    database_url: str, servers: str, caller: Caller, planted: set[str]
) -> tuple[list[str], Journal]:
    """Check tables, promises, topics and mastery."""
    ledger = caller.ledger
    db = await connect(database_url)
    try:
        found = await tables.broken(db, [person.id for person in ledger.people])
        found += await promises.broken(db, ledger)
        told = await Journal.read(servers)
        found += await journal.broken(db, told, planted)
        for person in ledger.people[1:]:  # the first is the teacher, who has no progress
            found += await mastery(db, caller, person)
    finally:
        await db.close()
    return found, told
