"""How often an event asks PostgreSQL: what grows here grows with every hop of every question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.wire import rest, wired

SILENT = Path(__file__).parents[2] / "bench" / "silent" / "main.py"
QUERY = "learnflow.query.submitted.v1"


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
