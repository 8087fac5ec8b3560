"""Handlers with no effect but in their transaction are not claimed: same promises, fewer statements."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from functions.gateway.queries import personal_data
from tests.integration.runtime.conftest import Start
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks
from tests.support.wire import rest, wired

QUERY = "learnflow.query.submitted.v1"
QUICK = {"FUNCTION_SOURCE": str(Path(__file__).parent / "quick" / "main.py")}


@pytest.fixture
def function(start: Start, db: Any) -> FunctionProcess:
    """The function when its start is long over."""
    return start("quick", LEARNFLOW_CAREFUL_S="0", DATABASE_POOL_MAX="8", **QUICK)


async def effects(db: Any) -> int:
    return int(await db.fetchval("SELECT count(*) FROM effects"))


async def test_a_second_delivery_changes_nothing(
    function: FunctionProcess, sinks: Sinks, db: Any, question: Any
) -> None:
    data = question("hello")
    assert [function.send(QUERY, data, id="e1").status_code for _ in range(3)] == [200, 200, 200]
    assert (await effects(db), len(sinks.to("progress-events"))) == (1, 1)
    row = await db.fetchrow("SELECT outcome, attempts, done_at IS NOT NULL AS done FROM inbox")
    assert tuple(row) == ("handled", 1, True)


async def test_of_deliveries_at_once_one_counts(
    function: FunctionProcess, sinks: Sinks, db: Any, question: Any
) -> None:
    data = question("sleep=0.3")
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: function.send(QUERY, data, id="e1").status_code, range(6)))
    assert set(answers) == {200}
    assert await effects(db) == 1
    assert len({event.attributes["id"] for event in sinks.to("progress-events")}) == 1


async def test_an_output_that_was_not_published_goes_out_with_the_next_delivery(
    function: FunctionProcess, sinks: Sinks, db: Any, question: Any
) -> None:
    data = question("hello")
    sinks.status = 503
    assert function.send(QUERY, data, id="e1").status_code == 503
    sinks.status = 202
    assert function.send(QUERY, data, id="e1").status_code == 200
    assert (await effects(db), len(sinks.to("progress-events"))) == (1, 1)


@pytest.mark.parametrize("text", ["fail", "break-inside"])
async def test_an_event_that_fails_five_times_is_a_dead_letter(
    function: FunctionProcess, sinks: Sinks, db: Any, question: Any, text: str
) -> None:
    answers = [function.send(QUERY, question(text), id="e1").status_code for _ in range(6)]
    assert answers == [500, 500, 500, 500, 200, 200]
    [letter] = sinks.to("dead-letter")
    assert (letter.attributes["deadletterreason"], letter.attributes["deadletterattempts"]) == (
        "attempts",
        "5",
    )
    assert await effects(db) == 0


async def test_what_can_not_be_read_and_what_no_database_keeps_is_a_dead_letter_at_once(
    function: FunctionProcess, sinks: Sinks, db: Any, question: Any
) -> None:
    assert function.send(QUERY, b"{never closed").status_code == 200
    assert function.send(QUERY, question("a\x00b")).status_code == 200
    assert function.send(QUERY, question("reject")).status_code == 200
    reasons = [letter.attributes["deadletterreason"] for letter in sinks.to("dead-letter")]
    assert reasons == ["not-json", "data", "rejected"]


async def test_waiting_for_others_is_no_failure_of_the_event(
    function: FunctionProcess, sinks: Sinks, question: Any
) -> None:
    data = question("later")
    assert [function.send(QUERY, data, id="e1").status_code for _ in range(8)] == [503] * 8
    assert sinks.received == []


async def test_what_another_process_has_claimed_is_left_to_it(
    function: FunctionProcess, start: Start, sinks: Sinks, db: Any, question: Any
) -> None:
    """During a canary the revision from before claims its events."""
    careful, data = start("quick", **QUICK), question("sleep=1")
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(careful.send, QUERY, data, id="e1")
        while not await db.fetchval("SELECT count(*) FROM inbox"):
            await asyncio.sleep(0.02)
        assert function.send(QUERY, question("hello"), id="e1").status_code == 409
        assert first.result().status_code == 200
    assert (await effects(db), len(sinks.to("progress-events"))) == (1, 1)


async def test_of_an_erased_student_nothing_is_taken(
    function: FunctionProcess, sinks: Sinks, db: Any, question: Any
) -> None:
    data = question("hello")
    await personal_data.erase(db, UUID(data["student_id"]))
    assert function.send(QUERY, data).status_code == 200
    assert (await effects(db), sinks.received) == (0, [])


async def test_an_event_that_kills_the_function_is_a_dead_letter_in_the_end(
    start: Start, sinks: Sinks, db: Any, question: Any
) -> None:
    """Soon after a start every event is claimed, and so counted."""
    function, data = start("quick", **QUICK), question("die")
    for _ in range(5):
        with pytest.raises(Exception, match=r"(?i)disconnect|reset|connection"):
            function.send(QUERY, data, id="e1")
        await db.execute("UPDATE inbox SET lease_until = now()")
        function.restart()
        function.wait_ready()
    assert function.send(QUERY, data, id="e1").status_code == 200
    assert sinks.to("dead-letter")[0].attributes["deadletterreason"] == "attempts"


async def test_an_event_costs_one_round_trip_less(
    start: Start, database_url: str, question: Any, db: Any
) -> None:
    with wired(database_url) as wire:
        environ = {"DATABASE_URL": wire.url, "DATABASE_DIRECT_URL": database_url}
        function = start("quick", LEARNFLOW_CAREFUL_S="0", **environ, **QUICK)
        assert function.send(QUERY, question("hello")).status_code == 200
        before = await rest(wire, db)
        assert function.send(QUERY, question("hello")).status_code == 200
        assert await rest(wire, db) - before == 6
