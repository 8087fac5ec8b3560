"""What a server refuses is learnt from what its error names."""

from __future__ import annotations

from typing import Any

import pytest

from functions.model.api_compat import FORGET_S, OPTIONAL, Dialect
from functions.model.prompts import Prompt
from functions.model.refusals import filtered, refused_parameter
from functions.model.request_settings import RequestSettings

PROMPT = Prompt(purpose="explain", system="s", user="u", max_tokens=300)
SETTINGS = RequestSettings(reasoning_effort="low", verbosity="low", thinking_tokens=1000)
USE_THE_OTHER = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. "
    "Use 'max_completion_tokens' instead."
)


def extra(*path: str | int) -> dict[str, Any]:
    return {"type": "extra_forbidden", "loc": ["body", *path], "msg": "Extra inputs are not permitted"}


# Bodies as OpenAI and Azure, FastAPI, Mistral (three ages of it), vLLM, Groq and others answer.
BODIES: list[tuple[object, str | None]] = [
    ({"message": USE_THE_OTHER, "param": "max_tokens", "code": "unsupported_parameter"}, "max_tokens"),
    ({"error": {"message": "x", "param": "response_format.json_schema.strict"}}, "response_format"),
    ({"message": "Unsupported value", "param": "temperature", "code": "unsupported_value"}, "temperature"),
    ({"message": "Unsupported parameter: 'stream'", "param": "messages[0].content"}, None),
    ({"message": "The model `stream` does not exist", "param": None, "code": "model_not_found"}, None),
    ({"detail": [extra("stream_options")]}, "stream_options"),
    ({"object": "error", "message": {"detail": [extra("messages", 0, "user", "name")]}}, None),
    ({"object": "error", "message": {"detail": [extra("verbosity")]}, "param": None}, "verbosity"),
    ({"object": "Error", "message": [extra("reasoning_effort")], "code": 3001}, "reasoning_effort"),
    ({"message": f"[{extra('stream_options')}]", "param": None, "code": 400}, "stream_options"),
    ({"message": "property 'reasoning_effort' is unsupported, did you mean 'x'?"}, "reasoning_effort"),
    ({"message": "`reasoning_effort` must be one of `none` or `default`"}, "reasoning_effort"),
    ({"message": "json_schema is not supported by this model", "param": ""}, "response_format"),
    ({"message": USE_THE_OTHER}, "max_tokens"),
    ({"message": "upstream is not supported: unknown host"}, None),
    ({"message": "bad upstream stream: temperature invalid"}, None),
    ({"message": "'messages.1' : property 'reasoning_content' is unsupported"}, None),
    ({"message": "max_tokens is too large for the context of 4096"}, None),
    ({"message": "Unknown field for this endpoint"}, "response_format"),
    ("Extra inputs were found in the body", "response_format"),
    (None, None),
]


@pytest.mark.parametrize(("body", "about"), BODIES)
def test_an_error_names_what_it_is_about(body: object, about: str | None) -> None:
    error = body.get("error", body) if isinstance(body, dict) else {}
    assert refused_parameter(body, str(error.get("message", "")), OPTIONAL) == about


def test_azures_filter_is_no_refusal_of_a_parameter() -> None:
    body = {
        "message": "The response was filtered",
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
    }
    assert filtered(body)
    assert refused_parameter(body, "The response was filtered", OPTIONAL) is None


def test_a_model_that_reasons_is_asked_as_it_wants_within_as_many_steps_as_it_refuses() -> None:
    dialect = Dialect(SETTINGS)
    for name in ("max_tokens", "temperature", "verbosity"):
        request = dialect.request("m", PROMPT, stream=True)
        assert dialect.learn(request, {"param": name}, "")
    request = dialect.request("m", PROMPT, stream=True)
    assert {"max_tokens", "temperature", "verbosity"} & request.keys() == set()
    assert (request["max_completion_tokens"], request["reasoning_effort"]) == (1300, "low")
    assert dialect.learn(request, {"param": "max_completion_tokens"}, "")
    assert not [name for name in dialect.request("m", PROMPT, stream=True) if name.startswith("max_")]


def test_what_was_learnt_is_of_one_model_and_forgotten_after_an_hour() -> None:
    now = 0.0
    dialect = Dialect(SETTINGS, clock=lambda: now)
    dialect.learn(dialect.request("m", PROMPT, stream=True), {"param": "stream"}, "")
    assert {"stream", "stream_options"} & dialect.request("m", PROMPT, stream=True).keys() == set()
    assert dialect.request("other", PROMPT, stream=True)["stream"] is True
    now = FORGET_S - 1
    assert "stream" not in dialect.request("m", PROMPT, stream=True)
    now = FORGET_S
    assert dialect.request("m", PROMPT, stream=True)["stream"] is True


def test_a_name_that_was_not_sent_teaches_nothing() -> None:
    dialect = Dialect()
    request = dialect.request("m", PROMPT, stream=False)
    assert not dialect.learn(request, {"param": "verbosity"}, "Unknown parameter: 'verbosity'")
    assert dialect.request("m", PROMPT, stream=False) == request
