"""A reply that is to be JSON is repaired once where that is easy, and otherwise refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.model.api_compat import Dialect
from functions.model.errors import GuardFailed
from functions.model.prompts import Prompt
from functions.model.structured_output import check_schema

CHOICE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["intent"],
    "properties": {"intent": {"enum": ["concept", "off_topic"]}},
}
LIST: dict[str, Any] = {
    "type": "object",
    "required": ["items"],
    "additionalProperties": False,
    "properties": {"items": {"type": "array", "items": {"type": "integer"}}},
}


@pytest.mark.parametrize(
    "reply",
    [
        '{"items": [1, 2]}',
        '  {"items": [1, 2]}\n',
        '```json\n{"items": [1, 2]}\n```',
        'Sure! Here it is: {"items": [1, 2]} I hope it helps.',
        '{"items": [1, 2,],}',
    ],
)
def test_json_is_found_with_words_around_it_and_a_comma_too_many(reply: str) -> None:
    assert json.loads(check_schema(reply, LIST)) == {"items": [1, 2]}


@pytest.mark.parametrize(
    "reply",
    ["", "[1, 2]", "null", '{"items": [1, "2"]}', '{"items": [1], "more": 2}', '{"items": [1', "{" * 5000],
)
def test_what_does_not_follow_the_schema_is_refused(reply: str) -> None:
    with pytest.raises(GuardFailed):
        check_schema(reply, LIST)


@pytest.mark.parametrize("reply", ['{"intent": "off_topic"}', "Off-topic.", "**off topic**", "`off_topic`"])
def test_a_bare_word_is_taken_where_one_choice_is_asked_for(reply: str) -> None:
    assert json.loads(check_schema(reply, CHOICE)) == {"intent": "off_topic"}


def test_what_may_be_null_may_be_left_out() -> None:
    test = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {}, "b": {"type": ["string", "null"]}},
    }
    several = {"type": "object", "properties": {"of": {"type": "array", "items": test}}}
    assert json.loads(check_schema('{"of": [{"a": 1}]}', several)) == {"of": [{"a": 1, "b": None}]}
    with pytest.raises(GuardFailed):
        check_schema('{"of": [{"b": null}]}', several)


@pytest.mark.parametrize("reply", ["I think it is a debug question", "hint", '{"intent": "hint"}'])
def test_words_that_are_no_choice_are_refused(reply: str) -> None:
    with pytest.raises(GuardFailed):
        check_schema(reply, CHOICE)


def test_a_server_that_refuses_schemas_is_asked_in_words_from_then_on() -> None:
    dialect, prompt = Dialect(), Prompt(purpose="p", system="", user="hi", max_tokens=9, schema=CHOICE)
    first = dialect.request("m", prompt, stream=False)
    assert first["response_format"]["json_schema"]["schema"] == CHOICE
    assert dialect.learn(
        first, None, "Invalid parameter: 'response_format' of type 'json_schema' is not supported"
    )
    second = dialect.request("m", prompt, stream=False)
    assert "response_format" not in second
    assert "off_topic" in second["messages"][0]["content"]
