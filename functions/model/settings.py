"""Settings of the AI port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.model.request_settings import RequestSettings, api_key
from functions.runtime.settings import Environ, env, integer, url

# Seconds: the first word, from when a model is asked; the longest silence between words; and all that is done
# with the model for one question. Whoever has begun to read is given the rest, so the last is the longest.
FIRST_WORD_S = 2.5
BETWEEN_S = 2.5
LIMIT_S = 12.0
# The most that is ever used of the last: what delivers an event waits 30 s for all of it.
MAX_LIMIT_S = 20.0
AGENTS = ("triage", "concepts", "debug", "code_review", "exercise")


def seconds(raw: str) -> float:
    """Read a time limit in seconds."""
    value = float(raw)
    if not 0 < value <= 30:
        raise ValueError(f"expected seconds from 0 to 30, got {raw!r}")
    return value


def dollars(raw: str) -> float:
    """Read a price."""
    value = float(raw)
    if not 0 <= value < float("inf"):
        raise ValueError(f"expected a price, got {raw!r}")
    return value


def by_agent(raw: str) -> Mapping[str, str]:
    """Read the models of single agents: `concepts=large-model debug=small-model`."""
    pairs = [pair.partition("=") for pair in raw.replace(",", " ").split()]
    for agent, _, model in pairs:
        if agent not in AGENTS or not model:
            raise ValueError(f"expected AGENT=MODEL with one of {', '.join(AGENTS)}, got {agent!r}")
    return {agent: model for agent, _, model in pairs}


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens, read and written."""

    input: float
    output: float


def by_model(raw: str) -> Mapping[str, Price]:
    """Read the prices of models: `gpt-4o=2.5/10 gpt-4o-mini=0.15/0.6`."""
    prices: dict[str, Price] = {}
    for pair in raw.replace(",", " ").split():
        model, _, price = pair.rpartition("=")
        read, slash, written = price.partition("/")
        if not model or not slash:
            raise ValueError(f"expected MODEL=INPUT/OUTPUT in dollars per million tokens, got {pair!r}")
        prices[model] = Price(dollars(read), dollars(written))
    return prices


def limits(environ: Environ) -> dict[str, float]:
    """Read the time limits; where only the whole is set, the first word and pauses may take all of it.

    So one setting is enough for a slower model: it is waited for that long.
    """
    whole = env(environ, "LEARNFLOW_MODEL_LIMIT_S", seconds, 0.0)
    first = env(environ, "LEARNFLOW_MODEL_FIRST_WORD_S", seconds, whole or FIRST_WORD_S)
    between = env(environ, "LEARNFLOW_MODEL_BETWEEN_S", seconds, max(first, BETWEEN_S))
    return {
        "limit_s": whole or max(LIMIT_S, first + LIMIT_S - FIRST_WORD_S),
        "first_word_s": first,
        "between_s": between,
    }


@dataclass(frozen=True, slots=True)
class TutorSettings:
    """Which model words the answers, how long it may take and what it costs; without a key there is none."""

    key: str = field(repr=False)
    base_url: str
    model: str
    limit_s: float
    first_word_s: float
    between_s: float
    at_once: int
    daily_calls: int
    class_daily_calls: int
    price: Price
    request: RequestSettings

    @classmethod
    def read(cls, environ: Environ) -> TutorSettings:
        """Read the settings; raises ConfigurationError for the first one that is wrong."""
        models = env(environ, "LEARNFLOW_MODELS", by_agent, by_agent(""))
        usual = env(environ, "LEARNFLOW_MODEL", str, "gpt-4o-mini")
        model = models.get(environ.get("FUNCTION_TARGET", ""), usual)
        prices = env(environ, "LEARNFLOW_AI_PRICES", by_model, by_model(""))
        of_others = Price(
            env(environ, "LEARNFLOW_AI_INPUT_PRICE", dollars, 0.15),
            env(environ, "LEARNFLOW_AI_OUTPUT_PRICE", dollars, 0.60),
        )
        return cls(
            key=env(environ, "OPENAI_API_KEY", api_key, ""),
            base_url=env(environ, "OPENAI_BASE_URL", url, "https://api.openai.com/v1"),
            model=model,
            **limits(environ),
            at_once=env(environ, "LEARNFLOW_MODEL_AT_ONCE", integer(1, 1000), 20),
            daily_calls=env(environ, "LEARNFLOW_AI_DAILY_CALLS", integer(0, 100_000), 100),
            class_daily_calls=env(environ, "LEARNFLOW_AI_CLASS_DAILY_CALLS", integer(0, 10_000_000), 2000),
            price=prices.get(model, of_others),
            request=RequestSettings.read(environ),
        )

    def cost_usd(self, input_tokens: int, output_tokens: int) -> float:
        """Price a call."""
        return (input_tokens * self.price.input + output_tokens * self.price.output) / 1_000_000
