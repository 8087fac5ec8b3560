"""Whether two values are the same, told as texts, and what the form of a shown value gives away."""

from __future__ import annotations

import math
import re
from typing import Any

from functions.analysis import source
from functions.diagnosis.claims import plain
from functions.diagnosis.findings import Finding

FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("shows-function", re.compile(r"^<(?:bound method|built-in (?:method|function)|function|method|class) ")),
    ("shows-object", re.compile(r"^<[\w.]*\.[A-Z]\w* object at ")),
    (
        "shows-lazy",
        re.compile(
            r"^<(?:generator|map|filter|zip|enumerate|reversed|list_reverseiterator|range_iterator)\b"
            r"|^(?:range|dict_keys|dict_values|dict_items)\("
        ),
    ),
)


def form_of(shown: str) -> Finding | None:
    """Name what made a value that is shown in a form of Python's own."""
    return next((Finding(fault, 0) for fault, form in FORMS if form.search(shown.strip())), None)


def float_tail(expected: str, got: str) -> bool:
    """Whether two numbers differ only by what decimal numbers lose when they are stored."""
    one, other = number(expected), number(got)
    if one is None or other is None or one == other:
        return False
    # 0.1 + 0.2 differs from 0.3 by 4 parts in 10 to the 17th; sums of a hundred such numbers stay far below
    # 1e-9.
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def number(text: str) -> float | None:
    """Read a number; None for anything else."""
    try:
        return float(plain(text.strip()))
    except ValueError:
        return None


def agrees(told: str, actual: str, *, written: bool) -> bool:
    """Whether a result is exactly the one told; `written` as Python writes values, not as it prints."""
    told, actual = told.strip(), actual.strip()
    if told == actual or (not written and plain(told) == actual):
        return True
    try:
        one, other = source.literal(told), source.literal(actual)
    except SyntaxError:
        return written and plain(actual) == told
    # 1 and 1.0 and True are equal to Python, and are what the exercise is about.
    return type(one) is type(other) and bool(one == other)


def much_the_same(told: str, actual: str) -> bool:
    """Whether a result may be what a student told in their own writing, without blanks and quotes."""
    return _bare(told) == _bare(actual)


def _bare(text: str) -> str:
    return re.sub(r"[\s'\",]+|\band\b", " ", text).strip().lower()


def marked(value: Any) -> Any:
    """Write a value as tests keep it: JSON, with what JSON does not know marked by its type."""
    if isinstance(value, bool | str | None | int):
        return value
    if isinstance(value, list):
        return [marked(item) for item in value]
    if isinstance(value, tuple | set | frozenset):
        items = [marked(item) for item in value]
        return {"type": type(value).__name__, "value": items}
    if isinstance(value, dict):
        pairs = [[marked(key), marked(item)] for key, item in value.items()]
        return {"type": "dict", "value": pairs}
    return {"type": type(value).__name__, "value": str(value)}
