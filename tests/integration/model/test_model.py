"""A model's words are checked; when it fails in any way, the grounded tutor answers in time."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from functions.model.prompts import prompt_file
from tests.fakes.functions import with_model
from tests.support.own_time import own_time

CONCEPT = "learnflow.concept.requested.v1"
BAD = (
    "429",
    "500",
    "html",
    "nonsense",
    "babble",
    "refusal",
    "empty",
    "injection-echo",
    "date",
    "reset",
    "cut",
    "huge",
    "broken-json",
    "tool-call",
    "array",
)


def request(ids: dict[str, str], text: str = "What is a for loop?") -> dict[str, Any]:
    return {**ids, "text": text, "topic": "control-flow", "level": "beginner", "confidence": 0.9}


def answered(sinks: Any) -> dict[str, Any]:
    [event] = sinks.to("learning-responses")
    data: dict[str, Any] = event.data
    return data


def answered_last(sinks: Any) -> dict[str, Any]:
    data: dict[str, Any] = sinks.to("learning-responses")[-1].data
    return data


def test_the_model_words_the_answer(start: Any, sinks: Any, model: Any, ids: Any) -> None:
    start("concepts", **with_model(model)).send(CONCEPT, request(ids))
    answer = answered(sinks)
    assert (answer["model"], answer["degraded"]) == ("fake", False)
    assert answer["text"].startswith("Here is how I would put it.")
    assert "Check yourself" not in answer["text"].split("Here is how I would put it.")[0]


def test_a_bad_reply_is_replaced_by_the_grounded_tutor(start: Any, sinks: Any, model: Any, ids: Any) -> None:
    function = start("concepts", **with_model(model))
    for mode in BAD:
        model.behave(mode)
        with own_time(function.process.pid, model.process.pid) as taken:
            assert function.send(CONCEPT, request(ids)).status_code == 200
        assert taken.own_s < 5, (mode, taken)
        answer = sinks.to("learning-responses")[-1].data
        assert (mode, answer["model"], answer["degraded"]) == (mode, "grounded", True)
        assert answer["text"].startswith("**for loops**")
        model.behave("normal")
        function.send(CONCEPT, request(ids))
        assert sinks.to("learning-responses")[-1].data["model"] == "fake"


@pytest.mark.parametrize("mode", ["stall", "slow", "stream-stall"])
async def test_a_model_that_takes_too_long_is_cut_off_within_five_seconds(
    mode: str, start: Any, sinks: Any, model: Any, ids: Any, db: Any
) -> None:
    model.behave(mode)
    function = start("concepts", **with_model(model))
    with own_time(function.process.pid) as taken:
        function.send(CONCEPT, request(ids))
    assert taken.own_s < 5, taken
    assert answered(sinks)["degraded"] is True
    assert 0 < await db.fetchval("SELECT duration_ms FROM ai_calls") < 4500


def test_one_refusal_for_load_is_tried_again(start: Any, sinks: Any, model: Any, ids: Any) -> None:
    model.behave("429-once")
    start("concepts", **with_model(model)).send(CONCEPT, request(ids))
    assert answered(sinks)["degraded"] is False
    assert len(model.seen()) == 2


def test_nothing_that_names_the_student_goes_to_the_model(
    start: Any, sinks: Any, model: Any, ids: Any
) -> None:
    text = (
        f"What is a for loop? My name is Maya Fischer, maya@example.org, +49 170 1234567, {ids['student_id']}"
    )
    code = "# Author: Maya Fischer\nfor x in [1]:\n    print(x)"
    start("concepts", **with_model(model)).send(CONCEPT, {**request(ids, text), "code": code})
    [seen] = model.seen()
    sent = json.dumps(seen)
    assert not [
        private for private in ("Maya", "Fischer", "example.org", "1234567", *ids.values()) if private in sent
    ]
    assert "for x in [1]" in sent


async def test_a_redelivery_does_not_pay_twice(start: Any, sinks: Any, model: Any, ids: Any, db: Any) -> None:
    function = start("concepts", **with_model(model))
    sinks.status = 503
    assert function.send(CONCEPT, request(ids), id="e1").status_code == 503
    await db.execute("DELETE FROM outbox")
    await db.execute("DELETE FROM inbox")
    sinks.status = 202
    assert function.send(CONCEPT, request(ids), id="e1").status_code == 200
    assert len(model.seen()) == 1
    assert answered(sinks)["model"] == "fake"


async def test_tokens_and_cost_of_a_call_are_kept(
    start: Any, sinks: Any, model: Any, ids: Any, db: Any
) -> None:
    start("concepts", **with_model(model)).send(CONCEPT, request(ids))
    row = await db.fetchrow("SELECT * FROM ai_calls")
    assert (row["outcome"], row["input_tokens"], row["output_tokens"]) == ("used", 400, 100)
    assert row["cost_usd"] == Decimal("0.000120")


async def test_a_student_has_a_quota_for_the_day(
    start: Any, sinks: Any, model: Any, ids: Any, db: Any
) -> None:
    function = start("concepts", **with_model(model, LEARNFLOW_AI_DAILY_CALLS="2"))
    for _ in range(3):
        function.send(CONCEPT, request(ids))
    assert [event.data["degraded"] for event in sinks.to("learning-responses")] == [False, False, True]
    assert "used up for today" in answered_last(sinks)["text"]
    assert len(model.seen()) == 2


def test_a_model_that_keeps_failing_is_left_alone(start: Any, sinks: Any, model: Any, ids: Any) -> None:
    model.behave("500")
    function = start("concepts", **with_model(model))
    for _ in range(6):
        function.send(CONCEPT, request(ids))
    assert len(sinks.to("learning-responses")) == 6
    assert len(model.seen()) == 3


def test_a_function_without_a_key_does_not_import_openai(start: Any, sinks: Any, ids: Any) -> None:
    function = start("concepts", PYTHONPROFILEIMPORTTIME="1")
    function.send(CONCEPT, request(ids))
    assert answered(sinks)["model"] == "grounded"
    assert " openai" not in function.log.read_text()


def test_a_server_that_knows_less_of_the_api_is_asked_in_its_own_way(
    start: Any, sinks: Any, model: Any, ids: Any
) -> None:
    model.behave("old-api")
    function = start("concepts", **with_model(model))
    for _ in range(2):
        function.send(CONCEPT, request(ids))
        assert sinks.to("learning-responses")[-1].data["degraded"] is False
    refused, *understood = [set(seen["body"]) for seen in model.seen()]
    assert {"stream_options", "max_tokens"} <= refused
    assert len(understood) == 3
    assert {"max_completion_tokens", "stream"} <= understood[-1]
    assert not {"stream_options", "max_tokens"} & understood[-1]


def test_an_answer_that_does_not_come_in_pieces_is_read_as_well(
    start: Any, sinks: Any, model: Any, ids: Any
) -> None:
    model.behave("whole")
    start("concepts", **with_model(model)).send(CONCEPT, request(ids))
    assert answered(sinks)["degraded"] is False


PEOPLE = """
INSERT INTO users (user_id, email, display_name, role, password_hash)
SELECT id, id || '@example.org', 'Maya Fischer', 'student', 'x' FROM unnest($1::uuid[]) AS id
"""


async def test_a_bare_name_of_the_student_does_not_go_out(
    start: Any, sinks: Any, model: Any, ids: Any, db: Any
) -> None:
    await db.execute(PEOPLE, [ids["student_id"]])
    question = {**request(ids, "Hi, maya here. What is a for loop?"), "code": "maya_points = 'Fischer'"}
    start("concepts", **with_model(model)).send(CONCEPT, question)
    [seen] = model.seen()
    assert not [
        name for name in ("maya", "fischer") if name in json.dumps(seen).lower().replace("maya_points", "")
    ]
    assert "maya_points = 'Student1'" in json.dumps(seen)


async def test_a_class_has_a_quota_for_the_day_and_the_student_is_told(
    start: Any, sinks: Any, model: Any, ids: Any, db: Any
) -> None:
    people = [ids["student_id"], str(uuid4())]
    await db.execute(PEOPLE, [*people, teacher := str(uuid4())])
    room = str(uuid4())
    await db.execute("INSERT INTO classes VALUES ($1, $2, 'loops', 'CODE1')", room, teacher)
    await db.execute("INSERT INTO class_members SELECT $1, id FROM unnest($2::uuid[]) AS id", room, people)
    function = start("concepts", **with_model(model, LEARNFLOW_AI_CLASS_DAILY_CALLS="1"))
    for person in people:
        function.send(CONCEPT, {**request(ids), "student_id": person})
    first, second = (event.data for event in sinks.to("learning-responses"))
    assert (first["degraded"], second["degraded"]) == (False, True)
    assert "Your class has used up its answers" in second["text"]
    assert (
        await db.fetchval("SELECT prompt_version FROM ai_calls") == prompt_file("concepts", "explain").version
    )
