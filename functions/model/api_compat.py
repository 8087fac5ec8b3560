"""Which parts of the OpenAI API a server understands, learnt from what it refuses."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from functions.model.prompts import Prompt
from functions.model.refusals import refused_parameter
from functions.model.request_settings import RequestSettings

log = logging.getLogger(__name__)
# In the order in which they are given up when a refusal does not say what it is about.
OPTIONAL = (
    "response_format",
    "stream_options",
    "reasoning_effort",
    "verbosity",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "stream",
)
# A server that was set up anew, or a model behind the same name, may know what it did not know.
FORGET_S = 3600.0
# Not a parameter: that the model's thoughts come first, with a tag at their end alone.
THINKS_FIRST = "</think>"


class Dialect:
    """Writes requests, and leaves out what the server refused of this model within the last hour."""

    def __init__(
        self, settings: RequestSettings | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings or RequestSettings()
        self._clock = clock
        self._learnt: dict[tuple[str, str], float] = {}

    def request(self, model: str, prompt: Prompt, *, stream: bool) -> dict[str, Any]:
        """Write the request for a prompt."""
        system = prompt.system
        optional = self._optional(model, prompt, stream=stream)
        if prompt.schema is not None:
            named = {"name": prompt.purpose.replace("-", "_"), "schema": prompt.schema, "strict": True}
            optional["response_format"] = {"type": "json_schema", "json_schema": named}
            system += f"\nReply with JSON alone, which follows this schema: {json.dumps(prompt.schema)}"
        messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt.user}]
        kept = {name: value for name, value in optional.items() if not self._knows(model, name)}
        if "stream" not in kept:
            kept.pop("stream_options", None)
        return {"model": model, "messages": messages, **kept}

    def _optional(self, model: str, prompt: Prompt, *, stream: bool) -> dict[str, Any]:
        tokens = self._settings.tokens(prompt.max_tokens)
        limit = "max_completion_tokens" if self._knows(model, "max_tokens") else "max_tokens"
        optional: dict[str, Any] = {limit: tokens, "temperature": 0.2}
        if stream:
            optional |= {"stream": True, "stream_options": {"include_usage": True}}
        wishes = {
            "reasoning_effort": self._settings.reasoning_effort,
            "verbosity": self._settings.verbosity,
        }
        return optional | {name: wish for name, wish in wishes.items() if wish is not None}

    def learn(self, request: dict[str, Any], body: object, message: str) -> bool:
        """Learn from a refusal what to leave out; False when it is about nothing that can be left out."""
        sent = [name for name in OPTIONAL if name in request]
        about = refused_parameter(body, message, sent)
        if about is None:
            return False
        log.info("%s does not take %s: left out for an hour", request["model"], about)
        self._note(request["model"], about)
        return True

    def thinks_first(self, model: str) -> bool:
        """Say whether a model's thoughts came before its replies, and nothing told where they began."""
        return self._knows(model, THINKS_FIRST)

    def note_thinks_first(self, model: str) -> None:
        """Note that they do: for an hour its words wait for the end of its thoughts."""
        self._note(model, THINKS_FIRST)

    def _note(self, model: str, what: str) -> None:
        self._learnt[model, what] = self._clock() + FORGET_S

    def _knows(self, model: str, what: str) -> bool:
        return self._clock() < self._learnt.get((model, what), float("-inf"))
