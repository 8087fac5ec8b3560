"""Start-up, probes and shutdown of a function."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.eventually import until

QUERY = "learnflow.query.submitted.v1"


def test_without_postgresql_a_function_lives_but_is_not_ready(start: Any, free_port: int) -> None:
    address = f"postgresql://nobody@127.0.0.1:{free_port}/nothing"
    function = start(wait=False, DATABASE_URL=address)
    until(lambda: function.health("live") == 200, "not alive")
    assert (function.health("ready"), function.health("startup")) == (503, 503)
    assert function.send(QUERY, {}).status_code == 503


async def test_sigterm_under_load_finishes_what_is_in_flight(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function = start(DATABASE_POOL_MAX="8")
    with ThreadPoolExecutor(20) as threads:
        answers = [threads.submit(function.send, QUERY, question("sleep=2"), id=f"e{n}") for n in range(20)]
        while await db.fetchval("SELECT count(*) FROM inbox") < 20:
            await asyncio.sleep(0.05)
        assert function.stop() == 0
    assert [answer.result().status_code for answer in answers] == [200] * 20
    assert await db.fetchval("SELECT count(*) FROM effects") == len(sinks.to("progress-events")) == 20


WRONG = {
    "DATABASE_POOL_MAX": ("many", "expected a whole number from 1 to 100, got 'many'"),
    "LEARNFLOW_LOG_LEVEL": ("verbose", "expected one of DEBUG, INFO, WARNING, ERROR, got 'verbose'"),
    "LEARNFLOW_METRICS_PORT": ("-1", "expected a whole number from 0 to 65535, got '-1'"),
    "LEARNFLOW_EVENT_SIGNATURES": ("some", "expected off, accept-unsigned, require, got 'some'"),
    "FUNCTION_SOURCE": ("nowhere.py", "there is no function 'probe' at nowhere.py"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_ends_the_process_with_one_line_that_names_it(start: Any, name: str) -> None:
    value, expected = WRONG[name]
    function = start(wait=False, **{name: value})
    assert function.process.wait(timeout=20) == 2
    [line] = function.log.read_text().splitlines()
    assert expected in line
    assert line.startswith(f"{name.replace('SOURCE', 'TARGET')}: ")


async def test_the_sweep_publishes_what_was_left_behind(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function, sweeper = start(), start("outbox")
    sinks.status = 503
    for number in range(150):
        function.send(QUERY, question("hello"), id=f"e{number}")
    sinks.status = 202
    await db.execute("UPDATE outbox SET next_attempt_at = now()")
    assert sweeper.send("dev.knative.sources.ping", {}).status_code == 200
    assert len({event.attributes["id"] for event in sinks.to("progress-events")}) == 150
    assert await db.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0


def test_what_a_function_uses_and_can_not_open_ends_it(start: Any) -> None:
    function = start("exercise", wait=False, SANDBOX_URL="nowhere")
    assert function.process.wait(timeout=30) == 2
    [told] = [line for line in function.log.read_text().splitlines() if '"level":"error"' in line]
    assert "SANDBOX_URL: expected an http(s) address" in told
    assert "Traceback" not in function.log.read_text()
