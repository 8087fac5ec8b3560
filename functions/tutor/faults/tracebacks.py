"""Reading Python errors out of text that students paste."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from events.models import ParsedError

BUILTIN_ERRORS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
NAMED_ERRORS = BUILTIN_ERRORS | {"InvalidOperation", "JSONDecodeError", "UnsupportedOperation"}
FINAL_LINE = re.compile(r"^[ \t>|]*(?:[a-z_][\w.]*\.)?([A-Z]\w*)(?::[ \t]*(\S.*?))?[ \t]*$", re.MULTILINE)
INLINE = re.compile(rf"\b({'|'.join(sorted(NAMED_ERRORS, key=len, reverse=True))})\b(?:\s*:\s*([^\n]+))?")
STUDENT_LINE = re.compile(r'File "(?P<file>[^"\n]*)", line (?P<line>\d+)')
LOOSE_LINE = re.compile(r"\b(?:on|at|in)?\s*line\s+(\d+)", re.IGNORECASE)
LIBRARY_FILE = re.compile(r"(?:site-packages|/lib/python|\\lib\\|<frozen )", re.IGNORECASE)
MAX_MESSAGE = 4000
BARE_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"name '[^'\n]*' is not defined[^\n]*", "NameError"),
        (r"(?:list|string|tuple) index out of range", "IndexError"),
        (r"invalid literal for int\(\) with base \d+: [^\n]*", "ValueError"),
        (r"can only concatenate \w+ \(not \"\w+\"\) to \w+", "TypeError"),
        (r"unsupported operand type\(s\) for [^\n]*", "TypeError"),
        (r"'[\w.]+' object (?:is not|has no|does not)[^\n]*", "TypeError"),
        (r"missing \d+ required positional arguments?[^\n]*", "TypeError"),
        (r"takes \d+ positional arguments? but[^\n]*", "TypeError"),
        (r"expected an indented block[^\n]*", "IndentationError"),
        (r"unindent does not match[^\n]*|unexpected indent", "IndentationError"),
        (r"inconsistent use of tabs[^\n]*", "TabError"),
        (r"invalid syntax[^\n]*|unterminated string literal[^\n]*", "SyntaxError"),
        (r"'.' was never closed|expected ':'", "SyntaxError"),
        (r"maximum recursion depth exceeded[^\n]*", "RecursionError"),
        (r"no module named [^\n]*", "ModuleNotFoundError"),
        (r"no such file or directory[^\n]*", "FileNotFoundError"),
        (r"division by zero", "ZeroDivisionError"),
    )
)


def parse_error(*texts: str | None) -> ParsedError | None:
    """Find the error in the first of the texts that shows one; the last traceback in a text counts."""
    for text in texts:
        if text and (found := _parse(text)):
            return found
    return None


def _parse(text: str) -> ParsedError | None:
    for kind, message in _candidates(text):
        return ParsedError(type=kind, message=message.strip()[:MAX_MESSAGE], line=_line(text))
    return None


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    finals = [found for found in FINAL_LINE.finditer(text) if _is_error(found.group(1), text)]
    if finals:
        yield finals[-1].group(1), finals[-1].group(2) or ""
    for found in INLINE.finditer(text):
        yield found.group(1), found.group(2) or ""
    for pattern, kind in BARE_MESSAGES:
        if bare := pattern.search(text):
            attribute = "has no attribute" in bare.group()
            yield ("AttributeError" if attribute else kind), bare.group()


def _is_error(name: str, text: str) -> bool:
    own = "Traceback (most recent call last)" in text and name.endswith(("Error", "Exception"))
    return own or name in NAMED_ERRORS


def _line(text: str) -> int | None:
    frames = [m for m in STUDENT_LINE.finditer(text) if not LIBRARY_FILE.search(m["file"])]
    if frames:
        return int(frames[-1]["line"]) or None
    loose = LOOSE_LINE.search(text)
    return (int(loose.group(1)) or None) if loose else None
