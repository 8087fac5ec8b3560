"""Sending a topic again changes nothing, can be interrupted, and leaves the live sources alone."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from tests.integration.replay.conftest import History, numbers
from tests.support import plain

pytestmark = pytest.mark.timeout(300)
SECOND = "progress-progress-events-replay"
WORDS = ("replay", "--redeliver", "--topic", "progress.events", "--all", "--function", "progress")


async def test_events_that_come_again_change_nothing(history: History, db: Any) -> None:
    before = await numbers(db)
    letters = await history.records("learnflow.dead-letter")
    total = await history.records("progress.events")
    code, said = await history.task("replay", "--redeliver", "--topic", "progress.events", "--all")
    assert code == 0, said
    for function in ("progress", "notification", "debug"):
        assert f"{function}: {total:,} of {total:,} events" in said
    assert said.count(" 0 handled now") == 3
    assert await numbers(db) == before
    assert await history.records("learnflow.dead-letter") == letters
    async with plain.async_client(base_url=history.system.exports["LEARNFLOW_CONTROL_URL"]) as control:
        assert (await control.get(f"/sources/{SECOND}")).status_code == 404


async def test_what_the_inbox_has_forgotten_is_handled_and_a_repeat_of_poison_is_one_letter(
    history: History, db: Any
) -> None:
    servers = history.system.exports["KAFKA_BOOTSTRAP_SERVERS"]
    letters = await history.records("learnflow.dead-letter")
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        await producer.send_and_wait("progress.events", b"no event at all")
    while await history.records("learnflow.dead-letter") < letters + 3:
        await asyncio.sleep(0.2)
    before = await numbers(db)
    await db.execute("DELETE FROM inbox WHERE consumer = 'progress' AND id = ANY ($1)", history.ids[:5])
    code, said = await history.task(*WORDS)
    assert (code, "5 handled now" in said) == (0, True), said
    assert await numbers(db) == before
    assert await history.records("learnflow.dead-letter") == letters + 3


async def test_a_dry_run_only_counts(history: History) -> None:
    code, said = await history.task(*WORDS, "--dry-run")
    assert code == 0, said
    assert f"events of progress.events by KafkaSource {SECOND}" in said
    code, said = await history.task(*WORDS[:-3], "--from-offset", "0", "--to", "2", "--dry-run")
    assert said.count(": 6 events of progress.events") == 3


async def test_a_replay_that_was_interrupted_goes_on(history: History) -> None:
    child = await history.system.begin_task("infra.local.operate", *WORDS)
    async with plain.async_client(base_url=history.system.exports["LEARNFLOW_CONTROL_URL"]) as control:
        while (await control.get(f"/sources/{SECOND}")).status_code != 200:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        child.send_signal(signal.SIGINT)
        said = (await child.communicate())[0].decode()
        assert (child.returncode, "interrupted" in said) == (130, True), said
        code, said = await history.task(
            "replay", "--redeliver", "--topic", "progress.events", "--since", "2h"
        )
        assert (code, "the same command goes on" in said) == (1, True), said
        figures = (await control.get("/lag")).json()["sources"]
        assert (figures[SECOND]["joined"], figures["progress-progress-events"]["joined"]) == (False, True)
        assert (await control.delete("/sources/progress-progress-events")).status_code == 409
    before = history.system.pid("knative")
    history.system.kill("knative")
    while not history.system.ready() or history.system.pid("knative") == before:
        await asyncio.sleep(0.1)
    code, said = await history.task(*WORDS)
    assert (code, "goes on with the replay that was interrupted" in said) == (0, True), said
    code, said = await history.task(*WORDS)
    assert "goes on" not in said


async def test_a_topic_or_function_that_is_not_there_is_refused(history: History) -> None:
    code, said = await history.task("replay", "--redeliver", "--topic", "nonsense", "--all")
    assert (code, "no function reads nonsense; there are code.submissions" in said) == (1, True)
    code, said = await history.task(*WORDS[:-1], "triage")
    assert (code, "triage does not read progress.events" in said) == (1, True)
