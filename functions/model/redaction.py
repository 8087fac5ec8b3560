"""What could say who a student is does not go out."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

MARK = "[name]"
PRIVATE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"), "[mail]"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.I), "[id]"),
    (re.compile(r"(?<![\w.])\+?\d(?:[ ()-]?\d){8,14}(?![\w.])"), "[number]"),
    (
        re.compile(
            r"(?i:(\b(?:my name(?: is|'s)|i am called|call me)\s+))[^\W\d_][\w'-]*(?:\s+[A-Z][\w'-]*)*"
        ),
        rf"\1{MARK}",
    ),
    (
        re.compile(r"(?im)^([ \t]*#[ \t]*(?:author|name|student|by|written by)[ \t]*[:=]?[ \t]+).+$"),
        rf"\1{MARK}",
    ),
    (re.compile(r"(?m)^([ \t]*__author__\s*=\s*).+$"), rf"\1'{MARK}'"),
    (re.compile(r"(?i)((?:/home|/users|[a-z]:\\+users)[/\\]+)[^/\\\s\"']+"), rf"\1{MARK}"),
)
COMMON = """
will mark may art grace hope joy rose bill jack rich dot ray pat sue drew chase young long student teacher
test user python the list text code value name admin class guest loop function string number error file
"""
# Names that are words as well: in lower case they are far more often the word.
WORDS = frozenset(
    {*(name.lower() for name in dir(builtins)), *(name.lower() for name in keyword.kwlist)}
    | set(COMMON.split())
)


def without_private(text: str) -> str:
    """Mask what could say who the student is: mail, ids, phone numbers, and names in the usual places."""
    for pattern, mask in PRIVATE:
        text = pattern.sub(mask, text)
    return text


def without_names(text: str, names: Iterable[str]) -> str:
    """Mask a student's own names wherever they stand; in a program the mask is a plain word.

    A name with parts is masked as a whole and part by part. A part that is also a word is masked where it
    begins with a capital.
    """
    # Longest first: "Ann" must not cut "Annette" before it is masked as a whole.
    parts = {part for name in names for part in re.split(r"[\W\d_]+", name) if len(part) > 1}
    for part in sorted(parts, key=len, reverse=True):
        if part.lower() in WORDS:
            pattern = re.compile(rf"(?<![^\W_]){re.escape(part[0].upper() + part[1:])}(?![^\W_])")
        else:
            pattern = re.compile(rf"(?<![^\W_]){re.escape(part)}(?![^\W_])", re.IGNORECASE)
        text = pattern.sub("somebody", text)
    return text
