"""Which parameter of a request a server refuses: what its error names, in the forms that servers name it.

OpenAI and Azure write it into `param`; Mistral and other servers of FastAPI into `loc`, the path of a field.
Only where there is neither, the message is read: a name counts as a whole word, in quotes when it is a plain
English word ("upstream" is not `stream`). The cost is one pass over a message of 2,000 characters at most. It
fails where a server names nothing: if it speaks of an unknown parameter, the first that can be spared goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MAX_MESSAGE = 2000
# Somebody writes a missing value as a word.
NOTHING = frozenset({"", "none", "null"})
NAME = re.compile(r"(?P<quote>['\"`])?(?P<name>[A-Za-z_]+)(?P<path>(?:[.\[][\w.\[\]]*)?)(?P<end>['\"`])?")
REFUSES = re.compile(
    r"(?i)\b(unsupported|not (?:currently )?support(?:ed)?|unknown|unrecogni[sz]ed|unexpected|extra|invalid"
    r"|not (?:permitted|allowed|available|understand)|must be)\b"
)
VAGUE = re.compile(
    r"(?i)\b(unknown|unsupported|unrecogni[sz]ed|unexpected|extra|additional)\b[^.]{0,30}?"
    r"\b(parameter|argument|field|property|properties|input|key|option)s?\b"
)
# A part by which a message names the whole.
PART_OF = {"json_schema": "response_format", "include_usage": "stream_options"}


def refused_parameter(body: object, message: str, sent: Sequence[str]) -> str | None:
    """Find which of the parameters that were sent an error is about; None when it is about none of them.

    `sent` is in the order in which they are given up when the error names none.
    """
    error = _error(body)
    named = list(_fields(error))
    if not named:
        text = (body if isinstance(body, str) else message)[:MAX_MESSAGE]
        named = list(_words(text)) if REFUSES.search(text) else []
        known = [PART_OF.get(name, name) for name in named]
        vague = sent[:1] if VAGUE.search(text) and not named else ()
        return next((name for name in known if name in sent), next(iter(vague), None))
    return next((name for name in named if name in sent), None)


def filtered(body: object) -> bool:
    """Say whether an error means that a filter of contents would not let the prompt through, as Azure's."""
    return _error(body).get("code") == "content_filter"


def _error(body: object) -> Mapping[str, Any]:
    error = body.get("error", body) if isinstance(body, Mapping) else None
    return error if isinstance(error, Mapping) else {}


def _fields(error: Mapping[str, Any]) -> Iterator[str]:
    """Give the names at the top of the request that an error is about, without what lies below them."""
    param = error.get("param")
    if isinstance(param, str) and param.strip().lower() not in NOTHING:
        yield re.split(r"[.\[]", param.strip(), maxsplit=1)[0]
    message = error.get("message")
    told = message.get("detail") if isinstance(message, Mapping) else message
    for problems in (error.get("detail"), told):
        for problem in problems if isinstance(problems, list) else ():
            path = problem.get("loc") if isinstance(problem, Mapping) else None
            if isinstance(path, list) and (top := [part for part in path if part != "body"][:1]):
                yield str(top[0])


def _words(text: str) -> Iterator[str]:
    """Give the names in a message: whatever is in quotes, and words that only a program has."""
    for found in NAME.finditer(text):
        quoted = found["quote"] is not None and found["quote"] == found["end"]
        if quoted or "_" in found["name"]:
            yield found["name"]
