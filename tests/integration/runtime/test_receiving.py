"""An event is handled exactly once, or becomes a dead letter with its reason."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from functions.gateway.queries import personal_data
from tests.support.eventually import eventually, until_true
from tests.support.processes import ROOT

EXAMPLES = ROOT / "events" / "examples"
QUERY = "learnflow.query.submitted.v1"
SLOW_MARKS = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NEW; END $$;
CREATE TRIGGER slow_marks BEFORE UPDATE OF published_at ON outbox FOR EACH ROW EXECUTE FUNCTION dawdle();
"""


async def effects(db: Any) -> int:
    return int(await db.fetchval("SELECT count(*) FROM effects"))


async def test_an_event_is_handled_and_its_output_published(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function = start()
    answer = function.send(
        QUERY, question("hello"), id="e1", correlationid="c1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01"
    )
    assert answer.status_code == 200
    [event] = sinks.to("progress-events")
    assert event.attributes["correlationid"] == "c1"
    assert event.attributes["causationid"] == "e1"
    assert event.attributes["source"] == "/learnflow/probe"
    assert event.attributes["partitionkey"] == event.attributes["subject"] == event.data["student_id"]
    assert event.attributes["traceparent"].split("-")[1] == "a" * 32
    assert event.attributes["dataschema"] == "urn:learnflow:progress:asked:v1"
    assert function.stop() == 0, "rows are marked after the answer, at the latest before the end"
    assert await db.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0


async def test_a_second_delivery_changes_nothing(start: Any, sinks: Any, db: Any, question: Any) -> None:
    function, data = start(), question("hello")
    assert [function.send(QUERY, data, id="e1").status_code for _ in range(3)] == [200, 200, 200]
    assert (await effects(db), len(sinks.to("progress-events"))) == (1, 1)


async def test_what_went_out_is_not_published_again_while_its_mark_is_slow(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function, data = start(), question("hello")
    await db.execute(SLOW_MARKS)
    assert [function.send(QUERY, data, id="e1").status_code for _ in range(3)] == [200, 200, 200]
    assert len(sinks.to("progress-events")) == 1


async def test_the_same_id_of_another_source_is_another_event(start: Any, db: Any, question: Any) -> None:
    function, data = start(), question("hello")
    function.send(QUERY, data, id="e1", source="/a")
    function.send(QUERY, data, id="e1", source="/b")
    assert await effects(db) == 2


async def test_a_delivery_during_another_is_sent_away_with_409(start: Any, db: Any, question: Any) -> None:
    function, data = start(), question("sleep=1")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: function.send(QUERY, data, id="e1").status_code, range(4)))
    assert sorted(answers) == [200, 409, 409, 409]
    assert await effects(db) == 1


async def test_an_output_that_was_not_published_goes_out_with_the_next_delivery(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function, data = start(), question("hello")
    sinks.status = 503
    assert function.send(QUERY, data, id="e1").status_code == 503
    sinks.status = 202
    assert function.send(QUERY, data, id="e1").status_code == 200
    assert (await effects(db), len(sinks.to("progress-events"))) == (1, 1)


async def test_a_repeat_publishes_the_same_ids(start: Any, sinks: Any, db: Any, question: Any) -> None:
    function, data = start(), question("hello")
    function.send(QUERY, data, id="e1")
    await db.execute("TRUNCATE inbox, outbox")
    function.send(QUERY, data, id="e1")
    first, second = sinks.to("progress-events")
    assert first.attributes["id"] == second.attributes["id"]


async def test_a_failure_inside_the_transaction_leaves_nothing(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    assert start().send(QUERY, question("break-inside"), id="e1").status_code == 500
    assert (await effects(db), sinks.received) == (0, [])
    assert await db.fetchval("SELECT last_error FROM inbox") == "ValueError: broke inside the transaction"


async def test_an_event_that_fails_five_times_is_a_dead_letter(start: Any, sinks: Any, question: Any) -> None:
    function, data = start(), question("fail")
    answers = [function.send(QUERY, data, id="e1").status_code for _ in range(6)]
    assert answers == [500, 500, 500, 500, 200, 200]
    [letter] = sinks.to("dead-letter")
    assert letter.attributes["deadletterreason"] == "attempts"
    assert letter.attributes["deadlettererror"] == "ValueError: ill"
    assert letter.attributes["deadletterattempts"] == "5"
    assert (letter.attributes["id"], letter.type, letter.data) == ("e1", QUERY, data)


async def test_an_event_that_kills_the_function_is_a_dead_letter_in_the_end(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function, data = start(), question("die")
    for _ in range(5):
        with pytest.raises(Exception, match=r"(?i)disconnect|reset|connection"):
            function.send(QUERY, data, id="e1")
        await db.execute("UPDATE inbox SET lease_until = now()")
        function.restart()
        function.wait_ready()
    assert function.send(QUERY, data, id="e1").status_code == 200
    assert sinks.to("dead-letter")[0].attributes["deadletterreason"] == "attempts"


async def test_waiting_for_others_is_no_failure_of_the_event(start: Any, sinks: Any, question: Any) -> None:
    function, data = start(), question("later")
    assert [function.send(QUERY, data, id="e1").status_code for _ in range(8)] == [503] * 8
    assert sinks.received == []


async def test_an_event_that_takes_too_long_is_tried_again(start: Any, question: Any) -> None:
    assert start().send(QUERY, question("sleep=30"), id="e1").status_code == 500


POISON = {
    "not-cloudevent": ("dev.knative.kafka.event", b"\x00\xff garbage"),
    "unknown-type": ("learnflow.nonsense.v9", {"a": 1}),
    "not-json": (QUERY, b"{never closed"),
    "schema": (QUERY, {"text": ""}),
}


@pytest.mark.parametrize("reason", POISON)
async def test_poison_is_a_dead_letter_at_once(start: Any, sinks: Any, reason: str) -> None:
    kind, body = POISON[reason]
    assert start().send(kind, body, id="p1").status_code == 200
    [letter] = sinks.to("dead-letter")
    assert (letter.attributes["deadletterreason"], letter.attributes["id"]) == (reason, "p1")
    assert letter.body == body if isinstance(body, bytes) else letter.data == body


async def test_the_reason_of_a_schema_violation_names_the_field(
    start: Any, sinks: Any, question: Any
) -> None:
    start().send(QUERY, question("x") | {"student_id": "not-a-uuid"})
    assert "student_id" in sinks.to("dead-letter")[0].attributes["deadlettererror"]


async def test_900_kib_of_poison_is_kept_whole(start: Any, sinks: Any) -> None:
    body = b"x" * 900 * 1024
    assert start().send("dev.knative.kafka.event", body).status_code == 200
    assert sinks.to("dead-letter")[0].body == body


async def test_a_rejected_event_is_a_dead_letter_at_once(start: Any, sinks: Any, question: Any) -> None:
    assert start().send(QUERY, question("reject")).status_code == 200
    assert sinks.to("dead-letter")[0].attributes["deadletterreason"] == "rejected"


async def test_a_dead_letter_that_can_not_be_stored_is_asked_for_again(start: Any, sinks: Any) -> None:
    function, sinks.status = start(), 503
    assert function.send("learnflow.nonsense.v9", {}, id="p1").status_code == 503
    sinks.status = 202
    assert function.send("learnflow.nonsense.v9", {}, id="p1").status_code == 200
    assert len(sinks.to("dead-letter")) == 1


async def test_a_tick_is_handled_without_the_inbox(start: Any, db: Any) -> None:
    assert start().send("dev.knative.sources.ping", {}).status_code == 200
    assert await db.fetchval("SELECT count(*) FROM inbox") == 0


async def test_a_dead_letter_has_the_very_bytes_of_the_event(start: Any, sinks: Any) -> None:
    function = start()
    for body in (b'{ "text" : 5 }', b'"a string"', b"[1,\n2]"):
        assert function.send(QUERY, body).status_code == 200
        assert sinks.to("dead-letter")[-1].body == body
        assert sinks.to("dead-letter")[-1].attributes["deadletterreason"] == "schema"


async def test_who_waits_for_an_answer_is_told_that_none_comes(start: Any, sinks: Any, db: Any) -> None:
    function = start("progress", FUNCTION_SOURCE=str(Path(__file__).parent / "refusing" / "main.py"))
    for kind in ("learnflow.progress.asked.v1", "learnflow.activity.recorded.v1"):
        assert function.send(kind, json.loads((EXAMPLES / f"{kind}.json").read_text())).status_code == 200
    assert len(sinks.to("dead-letter")) == 2
    [told] = sinks.to("learning-responses")
    assert (told.data["status"], told.data["agent"]) == ("failed", "progress")
    assert told.data["message_id"] == sinks.to("dead-letter")[0].data["message_id"]


async def test_nothing_of_an_erased_student_is_taken_whether_new_late_or_malformed(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function, data = start(), question("hello")
    function.send(QUERY, data, id="e1")
    sinks.received.clear()
    await db.execute("TRUNCATE inbox, outbox, effects")
    await db.execute("INSERT INTO erased_users (user_id) VALUES ($1)", UUID(data["student_id"]))
    subject = data["student_id"]
    answers = [
        function.send(QUERY, data, id="e1"),
        function.send(QUERY, data, id="e2"),
        function.send(QUERY, {"text": "no question"}, id="e3", subject=subject),
        function.send("learnflow.unheard.of.v1", data, id="e4", subject=subject),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sinks.received == []
    assert [await db.fetchval(f"SELECT count(*) FROM {t}") for t in ("inbox", "outbox", "effects")] == [0] * 3


async def test_an_event_whose_student_is_erased_meanwhile_leaves_nothing(
    start: Any, sinks: Any, db: Any, question: Any
) -> None:
    function, data = start(), question("sleep=2")
    with ThreadPoolExecutor(1) as threads:
        sending = threads.submit(function.send, QUERY, data, id="e1")
        while not await db.fetchval("SELECT count(*) FROM inbox"):
            await asyncio.sleep(0.02)
        await personal_data.erase(db, UUID(data["student_id"]))
        answer = await asyncio.wrap_future(sending)
    assert answer.status_code == 409
    assert function.send(QUERY, data, id="e1").status_code == 200
    assert sinks.received == []
    assert [await db.fetchval(f"SELECT count(*) FROM {t}") for t in ("inbox", "outbox", "effects")] == [0] * 3


async def test_an_attempt_in_a_process_that_something_else_held_up_is_not_counted(
    start: Any, db: Any, question: Any
) -> None:
    function = start()
    with ThreadPoolExecutor(2) as threads:
        innocent = threads.submit(function.send, QUERY, question("sleep=2.5"), id="innocent")
        await eventually(lambda: db.fetchval("SELECT count(*) = 1 FROM inbox WHERE done_at IS NULL"))
        guilty = threads.submit(function.send, QUERY, question("block=4"), id="guilty")
        answers = await asyncio.to_thread(
            lambda: (innocent.result().status_code, guilty.result().status_code)
        )
    assert answers == (503, 503)
    row = await db.fetchrow(
        "SELECT attempts - deferrals AS counted, last_error FROM inbox WHERE id = 'innocent'"
    )
    assert row["counted"] == 0
    assert row["last_error"].startswith("Stalled: the process was held up for")
    assert function.send(QUERY, question("sleep=2.5"), id="innocent").status_code == 200


async def test_a_process_that_was_held_up_is_alive_as_soon_as_it_goes_on(start: Any, question: Any) -> None:
    function = start()
    function.send(QUERY, question("block=6.5"), id="e1")
    await until_true(lambda: function.health("live") == 200, deadline_s=3)
    assert function.health("ready") == 200
