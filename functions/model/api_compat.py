"""Which parts of the OpenAI API a server understands, learnt from what it refuses."""

from __future__ import annotations

import json
import logging
from typing import Any

from functions.model.prompts import Prompt

log = logging.getLogger(__name__)
# In the order in which they are given up when a refusal does not say what it is about.
OPTIONAL = ("response_format", "stream_options", "max_tokens", "temperature", "stream")


class Dialect:
    """Writes requests, and leaves out what the server refused before."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    def request(self, model: str, prompt: Prompt, *, stream: bool) -> dict[str, Any]:
        """Write the request for a prompt."""
        system = prompt.system
        optional: dict[str, Any] = {"max_tokens": prompt.max_tokens, "temperature": 0.2}
        if stream:
            optional |= {"stream": True, "stream_options": {"include_usage": True}}
        if prompt.schema is not None:
            named = {"name": prompt.purpose.replace("-", "_"), "schema": prompt.schema, "strict": True}
            optional["response_format"] = {"type": "json_schema", "json_schema": named}
            system += f"\nReply with JSON alone, which follows this schema: {json.dumps(prompt.schema)}"
        if "max_tokens" in self._refused:
            optional["max_completion_tokens"] = optional["max_tokens"]
        messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt.user}]
        kept = {name: value for name, value in optional.items() if name not in self._refused}
        if "stream" not in kept:
            kept.pop("stream_options", None)
        return {"model": model, "messages": messages, **kept}

    def learn(self, request: dict[str, Any], message: str) -> bool:
        """Learn from a refusal what to leave out; False when there is nothing it could be about."""
        sent = [name for name in OPTIONAL if name in request]
        named = [name for name in sent if name in message]
        if "json_schema" in message and "response_format" in sent:
            named = ["response_format"]
        about = max(named, key=len, default=None) or next(iter(sent[:1] if _is_vague(message) else []), None)
        if about is None:
            return False
        log.info("the server does not know %s: left out from now on", about)
        self._refused.add(about)
        return True


def _is_vague(message: str) -> bool:
    """Whether a refusal may be about a parameter although it names none of them."""
    return any(word in message.lower() for word in ("unknown", "unsupported", "not supported", "extra"))
