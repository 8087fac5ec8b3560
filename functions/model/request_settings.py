"""What is asked of a model's server besides the prompt, and the key that opens it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.runtime.settings import Environ, env, integer

WORD = re.compile(r"[a-z]{1,20}")
# RFC 9110, 5.6.2: a token.
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VISIBLE = re.compile(r"[!-~]+")
IN_A_LINE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
MAX_TOKENS = 200_000
# Room for a model that thinks before it answers; one that does not leaves it unused.
THINKING_TOKENS = 1000


def api_key(raw: str) -> str:
    """Read a key, which is one word; the error does not repeat it."""
    if re.search(r"\s", raw):
        raise ValueError("the key holds a blank or a line break; give the key alone")
    if VISIBLE.fullmatch(raw) is None:
        raise ValueError("the key holds a character that no key has; give the key alone")
    return raw


def word(raw: str) -> str:
    """Read one of a server's own words, such as `low`."""
    if WORD.fullmatch(raw) is None:
        raise ValueError(f"expected one word in lower case such as low, got {raw!r}")
    return raw


def pairs(raw: str) -> Mapping[str, str]:
    """Read a JSON object of strings; no error repeats a value, which may be secret."""
    try:
        read = json.loads(raw)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        raise ValueError('expected a JSON object of strings such as {"name": "value"}')
    return read


def headers(raw: str) -> Mapping[str, str]:
    """Read headers as a JSON object of strings."""
    read = pairs(raw)
    for name, value in read.items():
        if HEADER_NAME.fullmatch(name) is None:
            raise ValueError(f"no header can have the name {name!r}")
        if IN_A_LINE.fullmatch(value) is None:
            raise ValueError(f"the value of {name!r} is not one line of visible characters")
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSettings:
    """What every request to a model carries; None and 0 leave a thing to the prompt or the server."""

    reasoning_effort: str | None = None
    verbosity: str | None = None
    output_tokens: int = 0
    thinking_tokens: int = 0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, environ: Environ) -> RequestSettings:
        """Read the settings; raises ConfigurationError for the first one that is wrong."""
        tokens = integer(0, MAX_TOKENS)
        return cls(
            reasoning_effort=env(environ, "LEARNFLOW_MODEL_REASONING_EFFORT", word, "") or None,
            verbosity=env(environ, "LEARNFLOW_MODEL_VERBOSITY", word, "") or None,
            output_tokens=env(environ, "LEARNFLOW_MODEL_OUTPUT_TOKENS", tokens, 0),
            thinking_tokens=env(environ, "LEARNFLOW_MODEL_THINKING_TOKENS", tokens, THINKING_TOKENS),
            headers=env(environ, "LEARNFLOW_MODEL_HEADERS", headers, headers("{}")),
            query=env(environ, "LEARNFLOW_MODEL_QUERY", pairs, pairs("{}")),
        )

    def tokens(self, of_the_prompt: int) -> int:
        """Count the tokens that a reply may take: those of the answer, and room to think before it."""
        return (self.output_tokens or of_the_prompt) + self.thinking_tokens
