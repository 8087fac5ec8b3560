"""How often an event asks PostgreSQL: what grows here grows with every hop of every question."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from functions.runtime import outbox
from tests.support.sinks import DEADLINE_S
from tests.support.wire import Wire, wired

SILENT = Path(__file__).parents[2] / "bench" / "silent" / "main.py"
QUERY = "learnflow.query.submitted.v1"


async def rest(wire: Wire, db: Any) -> int:
    """Wait until all is marked and nothing is asked any more, and give what was asked so far."""
    seen = -1
    async with asyncio.timeout(DEADLINE_S):
        while wire.round_trips != seen or any(await outbox.waiting(db)):
            seen = wire.round_trips
            await asyncio.sleep(0.2)
    return seen


async def test_an_event_costs_two_round_trips_and_its_publishing_one_more_for_all(
    start: Any, database_url: str, question: Any, db: Any
) -> None:
    with wired(database_url) as wire:
        environ = {"DATABASE_URL": wire.url, "DATABASE_DIRECT_URL": database_url}
        for target, source, trips in (("silent", str(SILENT), 2), ("probe", "", 7)):
            own = {"FUNCTION_SOURCE": source} if source else {}
            function = start(target, **environ, **own)
            # The first event also prepares the statements.
            assert function.send(QUERY, question("hello")).status_code == 200
            before = await rest(wire, db)
            assert function.send(QUERY, question("hello")).status_code == 200
            assert await rest(wire, db) - before == trips, target
            function.kill()
