"""Each call is priced as the model that answered it costs."""

from __future__ import annotations

import pytest

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
