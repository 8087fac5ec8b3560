"""PostgreSQL that cannot go on is an outage, whatever it calls it: nothing is given up for it."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.integration.runtime.conftest import Start
from tests.support.sinks import Sinks

QUERY = "learnflow.query.submitted.v1"
# What PostgreSQL says when disk, memory or connections ran out, the disk fails, it is a standby, or goes:
# https://www.postgresql.org/docs/18/errcodes-appendix.html
OUTAGES = ("53100", "53200", "53300", "58030", "25006", "57P01", "57P03", "08006")
TROUBLE = """
CREATE TABLE trouble (code text NOT NULL);
CREATE FUNCTION cause_trouble() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted text := (SELECT code FROM trouble LIMIT 1);
BEGIN
    IF wanted IS NOT NULL THEN
        RAISE EXCEPTION 'could not extend file' USING ERRCODE = wanted;
    END IF;
    RETURN NEW;
END $$;
"""


async def cause(db: Any, code: str | None) -> None:
    await db.execute("TRUNCATE trouble")
    if code is not None:
        await db.execute("INSERT INTO trouble VALUES ($1)", code)


async def test_a_full_disk_is_no_fault_of_the_event(
    start: Start, sinks: Sinks, db: Any, question: Any
) -> None:
    function, data = start(), question("hello")
    await db.execute(TROUBLE)
    await db.execute(
        "CREATE TRIGGER full_disk BEFORE INSERT ON effects FOR EACH ROW EXECUTE FUNCTION cause_trouble()"
    )
    for code in OUTAGES:
        await cause(db, code)
        answer = function.send(QUERY, data, id="e1")
        assert (answer.status_code, answer.text) == (503, "database-down"), code
    assert sinks.received == []
    attempts, deferrals = await db.fetchrow("SELECT attempts, deferrals FROM inbox WHERE id = 'e1'")
    assert attempts == deferrals == len(OUTAGES) > 5
    await cause(db, "P0001")
    assert function.send(QUERY, data, id="e1").status_code == 500, "this one is the event's fault"
    await cause(db, None)
    assert function.send(QUERY, data, id="e1").status_code == 200
    assert len(sinks.to("progress-events")) == await db.fetchval("SELECT count(*) FROM effects") == 1


async def test_rows_are_marked_as_published_again_after_marking_failed(
    start: Start, sinks: Sinks, db: Any, question: Any
) -> None:
    function = start()
    await db.execute(TROUBLE)
    await db.execute(
        "CREATE TRIGGER no_mark BEFORE UPDATE OF published_at ON outbox"
        " FOR EACH ROW EXECUTE FUNCTION cause_trouble()"
    )
    for number, code in enumerate(("53100", "P0001", None)):
        await cause(db, code)
        assert function.send(QUERY, question("hello"), id=f"e{number}").status_code == 200
        until = asyncio.get_running_loop().time() + 20
        while not await settled(db, f"e{number}", function.log.read_text(), code):
            assert asyncio.get_running_loop().time() < until, f"{code}: neither marked nor given up"
            await asyncio.sleep(0.05)
    assert len(sinks.to("progress-events")) == 3
    unmarked = "SELECT cause_id FROM outbox WHERE published_at IS NULL ORDER BY seq"
    assert [row["cause_id"] for row in await db.fetch(unmarked)] == ["e0", "e1"], "left to the sweep"


async def settled(db: Any, event_id: str, log: str, code: str | None) -> bool:
    """Whether a row is marked, or the function says that it stays unmarked."""
    if code is not None:
        return log.count("stay unmarked") == int(event_id[1:]) + 1
    marked = "SELECT published_at IS NOT NULL FROM outbox WHERE cause_id = $1"
    return bool(await db.fetchval(marked, event_id))
