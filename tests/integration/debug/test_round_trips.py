"""How often a call for help asks PostgreSQL: it gathers in few reads, decides, and records at once."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from tests.support.docs import ROOT
from tests.support.wire import rest, wired

MAX_TRIPS = 10
HELP = "learnflow.debug.requested.v1"
EXAMPLE = json.loads((ROOT / f"events/examples/{HELP}.json").read_text())


async def test_a_call_for_help_takes_ten_round_trips_at_most(start: Any, db: Any, database_url: str) -> None:
    """Claim and marks, BEGIN and COMMIT count too; the student is new, and has an error."""
    with wired(database_url) as wire:
        function = start("debug", DATABASE_URL=wire.url, DATABASE_DIRECT_URL=database_url)
        counts = []
        for _ in range(2):
            before = await rest(wire, db)
            fresh = {key: str(uuid4()) for key in EXAMPLE if key.endswith("_id")}
            assert function.send(HELP, EXAMPLE | fresh, id=str(uuid4())).status_code == 200
            counts.append(await rest(wire, db) - before)
        # The first event also prepares the statements.
        assert counts[1] <= MAX_TRIPS
