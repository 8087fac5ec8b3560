"""Each call is priced as the model that answered it costs."""

from __future__ import annotations

import pytest

from functions.model.request_settings import RequestSettings
from functions.model.settings import TutorSettings
from functions.runtime.errors import ConfigurationError

MODELS = {
    "LEARNFLOW_MODEL": "small",
    "LEARNFLOW_MODELS": "concepts=vendor/large",
    "LEARNFLOW_AI_PRICES": "vendor/large=2.5/10, small=0.1/0.2",
}


@pytest.mark.parametrize(
    ("agent", "model", "cost"), [("concepts", "vendor/large", 2.5 + 10), ("debug", "small", 0.1 + 0.2)]
)
def test_the_price_is_that_of_the_agents_own_model(agent: str, model: str, cost: float) -> None:
    settings = TutorSettings.read({**MODELS, "FUNCTION_TARGET": agent})
    assert (settings.model, settings.cost_usd(1_000_000, 1_000_000)) == (model, pytest.approx(cost))


def test_a_model_that_is_not_in_the_table_has_the_usual_price() -> None:
    settings = TutorSettings.read({**MODELS, "LEARNFLOW_MODEL": "other", "LEARNFLOW_AI_INPUT_PRICE": "7"})
    assert settings.cost_usd(1_000_000, 0) == pytest.approx(7)


@pytest.mark.parametrize("raw", ["small", "small=1", "=1/2", "small=1/x", "small=-1/2", "small=nan/1"])
def test_a_price_that_can_not_be_read_is_named(raw: str) -> None:
    with pytest.raises(ConfigurationError, match="LEARNFLOW_AI_PRICES"):
        TutorSettings.read({"LEARNFLOW_AI_PRICES": raw})


@pytest.mark.parametrize(
    "key", ["sk-se cret", "sk-secret\n", " sk-secret", "sk-\tsecret", "sk-secret\u200b", " "]
)
def test_a_key_that_can_not_be_one_is_refused_in_one_line_that_does_not_repeat_it(key: str) -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY: the key holds") as refused:
        TutorSettings.read({"OPENAI_API_KEY": key})
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_answer_has_the_tokens_of_its_prompt_or_of_the_setting_and_room_to_think() -> None:
    assert RequestSettings.read({}).tokens(300) == 1300
    thinks = {"LEARNFLOW_MODEL_THINKING_TOKENS": "2000"}
    assert RequestSettings.read(thinks).tokens(300) == 2300
    assert RequestSettings.read({**thinks, "LEARNFLOW_MODEL_OUTPUT_TOKENS": "500"}).tokens(300) == 2500


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("LEARNFLOW_MODEL_HEADERS", "api-key: secret"),
        ("LEARNFLOW_MODEL_HEADERS", '["secret"]'),
        ("LEARNFLOW_MODEL_HEADERS", '{"api key": "secret"}'),
        ("LEARNFLOW_MODEL_HEADERS", '{"api-key": "secret\\nx"}'),
        ("LEARNFLOW_MODEL_HEADERS", '{"api-key": ""}'),
        ("LEARNFLOW_MODEL_QUERY", '{"api-version": 2}'),
        ("LEARNFLOW_MODEL_REASONING_EFFORT", "very low"),
        ("LEARNFLOW_MODEL_VERBOSITY", "LOW"),
        ("LEARNFLOW_MODEL_OUTPUT_TOKENS", "-1"),
        ("LEARNFLOW_MODEL_THINKING_TOKENS", "many"),
    ],
)
def test_a_setting_of_requests_that_can_not_be_read_is_named_without_a_secret(name: str, raw: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as refused:
        TutorSettings.read({name: raw})
    assert "secret" not in str(refused.value)


def test_headers_and_query_are_not_shown_with_the_settings() -> None:
    secret = {
        "LEARNFLOW_MODEL_HEADERS": '{"api-key": "secret"}',
        "LEARNFLOW_MODEL_QUERY": '{"code": "secret"}',
    }
    settings = TutorSettings.read({**secret, "OPENAI_API_KEY": "secret"})
    assert (settings.request.headers, settings.request.query) == ({"api-key": "secret"}, {"code": "secret"})
    assert "secret" not in repr(settings)
