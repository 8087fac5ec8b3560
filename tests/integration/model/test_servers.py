"""Servers of many kinds: what they refuse, how they think, and what a failure of theirs costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.runtime.app import WRONG_SETTING
from infra.local.ports import free_ports
from tests.fakes.functions import with_model
from tests.fakes.openai_server import THOUGHT
from tests.support.processes import FunctionProcess

CONCEPT = "learnflow.concept.requested.v1"
WISHES = {
    "LEARNFLOW_MODEL_REASONING_EFFORT": "low",
    "LEARNFLOW_MODEL_VERBOSITY": "low",
    "LEARNFLOW_MODEL_OUTPUT_TOKENS": "700",
    "LEARNFLOW_MODEL_THINKING_TOKENS": "2000",
    "LEARNFLOW_MODEL_HEADERS": '{"api-key": "more"}',
    "LEARNFLOW_MODEL_QUERY": '{"api-version": "2024-10-21"}',
}


def request(ids: dict[str, str]) -> dict[str, Any]:
    text = "What is a for loop?"
    return {**ids, "text": text, "topic": "control-flow", "level": "beginner", "confidence": 0.9}


def last(sinks: Any) -> dict[str, Any]:
    data: dict[str, Any] = sinks.to("learning-responses")[-1].data
    return data


def test_the_settings_go_out_with_every_request(start: Any, sinks: Any, model: Any, ids: Any) -> None:
    start("concepts", **with_model(model, **WISHES)).send(CONCEPT, request(ids))
    assert last(sinks)["degraded"] is False
    [seen] = model.seen()
    body = seen["body"]
    assert (body["reasoning_effort"], body["verbosity"], body["max_tokens"]) == ("low", "low", 2700)
    assert (seen["headers"]["api-key"], seen["query"]) == ("more", {"api-version": "2024-10-21"})


def test_a_refusal_is_learnt_by_its_param_and_not_by_a_word_in_its_message(
    start: Any, sinks: Any, model: Any, ids: Any
) -> None:
    model.behave("picky")
    function = start("concepts", **with_model(model, **WISHES))
    for _ in range(2):
        function.send(CONCEPT, request(ids))
        assert last(sinks)["degraded"] is False
    *_, known, again = (seen["body"] for seen in model.seen())
    assert len(model.seen()) == 4
    assert known["stream"] is again["stream"] is True
    assert known["max_completion_tokens"] == again["max_completion_tokens"] == 2700
    assert not {"max_tokens", "temperature"} & {*known, *again}


@pytest.mark.parametrize("mode", ["thinks", "parts", "reasons"])
def test_thoughts_are_never_shown(mode: str, start: Any, sinks: Any, model: Any, ids: Any) -> None:
    model.behave(mode)
    start("concepts", **with_model(model)).send(CONCEPT, request(ids))
    assert (last(sinks)["model"], last(sinks)["degraded"]) == ("fake", False)
    shown = json.dumps([event.data for event in sinks.to("learning-responses")])
    assert "Here is how I would put it." in shown
    assert not [told for told in (THOUGHT, "Secretly", "think>") if told in shown]


async def test_replies_cut_off_by_length_open_no_breaker_and_take_nothing_from_the_day(
    start: Any, sinks: Any, model: Any, ids: Any, db: Any
) -> None:
    function = start("concepts", **with_model(model, LEARNFLOW_AI_DAILY_CALLS="1"))
    model.behave("out-of-tokens")
    for _ in range(4):
        function.send(CONCEPT, request(ids))
        assert (last(sinks)["degraded"], last(sinks)["model"]) == (True, "grounded")
        assert "cut off by the limit of tokens" in last(sinks)["why"]
    assert len(model.seen()) == 4
    assert await db.fetchval("SELECT sum(output_tokens) FROM ai_calls WHERE outcome = 'failed'") == 400
    model.behave("normal")
    function.send(CONCEPT, request(ids))
    assert last(sinks)["degraded"] is False
    assert last(sinks).get("why") is None


def test_calls_that_failed_take_nothing_from_the_day_and_every_answer_says_why(
    start: Any, sinks: Any, model: Any, ids: Any
) -> None:
    function = start("concepts", **with_model(model, LEARNFLOW_AI_DAILY_CALLS="2"))
    whys = []
    for mode in ("html", "cut", "normal", "html", "nonsense", "normal"):
        model.behave(mode)
        function.send(CONCEPT, request(ids))
        whys.append(last(sinks).get("why"))
        assert last(sinks)["degraded"] is (mode != "normal" or len(whys) == 6)
    assert [why is None for why in whys] == [False, False, True, False, False, False]
    assert "could not be read" in whys[0]
    assert "did not answer" in whys[1]
    assert "broke a rule" in whys[4]
    assert "student's calls of the day are used up" in whys[5]


def test_without_a_model_there_is_nothing_to_say_why(start: Any, sinks: Any, ids: Any) -> None:
    start("concepts").send(CONCEPT, request(ids))
    assert (last(sinks)["degraded"], last(sinks).get("why")) == (True, None)


def test_openai_is_imported_by_the_first_question(start: Any, sinks: Any, model: Any, ids: Any) -> None:
    function = start("concepts", **with_model(model, PYTHONPROFILEIMPORTTIME="1"))
    assert " openai" not in function.log.read_text()
    function.send(CONCEPT, request(ids))
    assert last(sinks)["degraded"] is False
    assert " openai" in function.log.read_text()


def test_a_key_with_a_line_break_ends_the_start_with_one_line(
    database_url: str, sinks: Any, model: Any, tmp_path: Path
) -> None:
    wrong = with_model(model, OPENAI_API_KEY="test-secret\n")
    environ = {"DATABASE_URL": database_url, "LEARNFLOW_SINKS_URL": sinks.url, **wrong}
    function = FunctionProcess("concepts", free_ports(1)[0], environ, tmp_path / "log")
    try:
        code = function.process.wait(timeout=40)
    finally:
        function.kill()
    [error] = [line for line in function.log.read_text().splitlines() if '"level":"error"' in line]
    assert "OPENAI_API_KEY: the key holds a blank or a line break" in error
    assert code == WRONG_SETTING
    assert "test-secret" not in function.log.read_text()
