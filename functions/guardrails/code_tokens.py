"""Text as tokens of Python, whether it is a program or prose with some code in it.

One regular expression cuts programs and prose alike, so that a statement is found in the middle of a
sentence. Quotes and back-ticks are no tokens: what they hold is compared as words. Cost: linear. It does not
know where a string begins or ends, so code inside a string looks like code.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Sequence

TOKEN = re.compile(
    r"[^\W\d]\w*|\d+(?:\.\d+)?"
    r"|\*\*=|//=|>>=|<<=|==|!=|<=|>=|->|\+=|-=|\*=|/=|%=|:=|\*\*|//|[^\w\s\"'`]"
)
# Not across quotes: a `#` inside a string begins no comment.
COMMENT = re.compile(r"#[^\n\"'`]*$", re.MULTILINE)
OPENING = re.compile(r"\b[rRbBfFuU]{1,2}(?=[\"'])")
NAMES = frozenset({*keyword.kwlist, *vars(builtins), "self"})
METHODS = frozenset(name for kind in (str, list, dict, set, tuple, bytes) for name in dir(kind))


def tokens(text: str) -> tuple[str, ...]:
    """Cut a text into tokens; quotes, back-ticks and comments do not count."""
    return tuple(TOKEN.findall(OPENING.sub("", COMMENT.sub("", text))))


def renamed(part: Sequence[str]) -> tuple[str, ...]:
    """Give every name that a program chooses itself a number, in the order they come."""
    numbers: dict[str, str] = {}
    before = ("", *part)
    return tuple(
        token
        # A method of Python's own types keeps its name, as `append` does behind a dot.
        if not is_own_name(token) or (left == "." and token in METHODS)
        else numbers.setdefault(token, f"${len(numbers)}")
        for left, token in zip(before, part, strict=False)
    )


def is_own_name(token: str) -> bool:
    """Whether a token is a name of the program's own, not one of Python's."""
    return token.isidentifier() and token not in NAMES


def is_sign(token: str) -> bool:
    """Whether a token is neither word nor number."""
    return not (token[0].isalnum() or token[0] == "_")
