"""Reading Python errors out of text that students paste: whole, in pieces, chained or in groups.

It reads what students paste: whole tracebacks, the last line alone, a message in the middle of a sentence,
chains and groups with their frames drawn around them. Of a chain the first error counts, since the others
came of it. Cost: one pass of each expression over the text. It is told a text, not the program: a line number
is the text's, and may be of an older version.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from events.models import ParsedError
from functions.diagnosis.other_pythons import of_today, plain_text

BUILTIN_ERRORS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
NAMED_ERRORS = BUILTIN_ERRORS | {"InvalidOperation", "JSONDecodeError", "UnsupportedOperation"}
NAMED_ERRORS |= {"ParseError", "StatisticsError", "PatternError", "ExternalError"}
FINAL_LINE = re.compile(r"^[ \t>|]*(?:[a-z_][\w.]*\.)?([A-Z]\w*)(?::[ \t]*(\S.*))?[ \t]*$", re.MULTILINE)
INLINE = re.compile(rf"\b({'|'.join(sorted(NAMED_ERRORS, key=len, reverse=True))})\b(?:\s*:\s*([^\n]+))?")
STUDENT_LINE = re.compile(r'File "(?P<file>[^"\n]*)", line (?P<line>\d+)')
LOOSE_LINE = re.compile(r"\b(?:on|at|in)?\s*line\s+(\d+)", re.IGNORECASE)
LIBRARY_FILE = re.compile(r"(?:site-packages|/lib/python|\\lib\\|<frozen )", re.IGNORECASE)
# Between two errors of a chain: the one that came first is the cause of all that follow.
CHAIN = re.compile(
    r"^[^\n]*(?:During handling of the above exception, another exception occurred"
    r"|The above exception was the direct cause of the following exception):?[^\n]*$",
    re.MULTILINE,
)
GROUP_RULE = re.compile(r"^[ \t|]{0,60}\+[-+]{4,200}(?: \d{1,4} -{1,200})?[ \t]{0,60}$", re.MULTILINE)
GROUP_MARGIN = re.compile(r"^[ \t]*(?:[|+][ \t]?)+", re.MULTILINE)
ARROW = re.compile(r"^[ \t]*+[~^]*+[ \t]*+$")
# What a learner sends is read by patterns that cost more than its length: of a long text the ends say all.
HEAD, TAIL = 2000, 4000
MAX_MESSAGE = 4000
BARE_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"can't open file [^\n]*", "FileNotFoundError"),
        (r"name '[^'\n]*' is not defined[^\n]*", "NameError"),
        (r"(?:cannot access )?local variable '\w+'[^\n]*", "UnboundLocalError"),
        (r"(?:list|string|tuple)(?: assignment)? index out of range", "IndexError"),
        (r"invalid literal for int\(\) with base \d+: [^\n]*", "ValueError"),
        (r"could not convert string to float: [^\n]*", "ValueError"),
        (r"(?:too many|not enough) values to unpack[^\n]*", "ValueError"),
        (r"can only concatenate \w+ \(not \"\w+\"\) to \w+", "TypeError"),
        (r"unsupported operand type\(s\) for [^\n]*", "TypeError"),
        (r"'[<>]=?' not supported between instances of [^\n]*", "TypeError"),
        (r"'[\w.]+' object (?:is not|has no|does not)[^\n]*", "TypeError"),
        (r"(?:\b[\w.]{1,60}\(\) )?missing \d+ required positional arguments?[^\n]*", "TypeError"),
        (r"(?:\b[\w.]{1,60}\(\) )?takes (?:from \d+ to )?\d+ positional arguments? but[^\n]*", "TypeError"),
        (r"expected an indented block[^\n]*", "IndentationError"),
        (r"unindent does not match[^\n]*|unexpected indent", "IndentationError"),
        (r"inconsistent use of tabs[^\n]*", "TabError"),
        (r"invalid syntax[^\n]*|unterminated string literal[^\n]*", "SyntaxError"),
        (r"'.' was never closed|expected ':'|'return' outside function", "SyntaxError"),
        (r"maximum recursion depth exceeded[^\n]*", "RecursionError"),
        (r"no module named [^\n]*", "ModuleNotFoundError"),
        (r"no such file or directory[^\n]*", "FileNotFoundError"),
        (r"EOF when reading a line", "EOFError"),
        (r"externally[- ]managed[^\n]*", "EnvironmentError"),
        (
            r"(?<![^\n])(?=[^\n]*python)[^\n]*?(?:is not recognized|command not found)[^\n]*",
            "EnvironmentError",
        ),
        (r"(?:E0602|F821)[: ]+[Uu]ndefined (?:variable|name) '\w+'", "NameError"),
        (r"division by zero", "ZeroDivisionError"),
    )
)


@dataclass(frozen=True, slots=True)
class Trace:
    """An error as a text tells of it.

    `source` is the line of the program that it quotes, and `column` where its arrow points in that line.
    `then` is the error that came of this one, which is the last that Python shows.
    """

    error: ParsedError
    source: str | None = None
    column: int | None = None
    then: str | None = None


def parse_error(*texts: str | None) -> ParsedError | None:
    """Find the error in the first of the texts that shows one, as `read_trace` does."""
    trace = read_trace(*texts)
    return trace.error if trace else None


def read_trace(*texts: str | None) -> Trace | None:
    """Find the error in the first of the texts that shows one.

    Of a chain and of a group it is the first one, which led to the others; else the last of a text counts.
    """
    for text in texts:
        if text and (found := _read(plain_text(_shortened(text)))):
            return found
    return None


def _shortened(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def _is_arrow(line: str) -> bool:
    return "^" in line and ARROW.match(line) is not None


def _read(text: str) -> Trace | None:
    if "Exception Group Traceback" in text or "sub-exception" in text:
        return _first_of_group(text)
    links = [found for link in CHAIN.split(text) if (found := _read_link(link))]
    if len(links) < 2:
        return links[0] if links else None
    last = links[-1].error
    return replace(links[0], then=f"{last.type}: {last.message}".rstrip(": "))


def _first_of_group(text: str) -> Trace | None:
    """Take the first error of a group; it happened where the group was raised when it says no line itself."""
    outer, *inner = (GROUP_MARGIN.sub("", piece) for piece in GROUP_RULE.split(text))
    whole = _read_link(outer)
    first = next((found for piece in inner if (found := _read_link(piece))), None)
    if first is None or whole is None or first.error.line is not None:
        return first or whole
    placed = replace(first.error, line=whole.error.line)
    return Trace(placed, whole.source, whole.column)


def _read_link(text: str) -> Trace | None:
    for kind, message in _candidates(text):
        source, column = _quoted(text)
        error = ParsedError(type=kind, message=message.strip()[:MAX_MESSAGE], line=_line(text))
        return Trace(of_today(error), source, column)
    return None


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    # The last line of that form: a program may print something alike before it fails.
    finals = [found for found in FINAL_LINE.finditer(text) if _is_error(found.group(1), text)]
    if finals:
        yield finals[-1].group(1), (finals[-1].group(2) or "").rstrip()
    for found in INLINE.finditer(text):
        yield found.group(1), found.group(2) or ""
    for pattern, kind in BARE_MESSAGES:
        if bare := pattern.search(text):
            attribute = "has no attribute" in bare.group()
            # `'x' object ...` begins messages of both kinds.
            yield ("AttributeError" if attribute else kind), bare.group()


def _is_error(name: str, text: str) -> bool:
    shown = "Traceback (most recent call last)" in text or STUDENT_LINE.search(text) is not None
    # A class of the student's own counts only under a traceback: "MyError: ..." may be prose.
    own = shown and name.endswith(("Error", "Exception", "ExceptionGroup"))
    return own or name in NAMED_ERRORS


def _line(text: str) -> int | None:
    frames = _frames(text)
    if frames:
        return int(frames[-1]["line"]) or None
    loose = LOOSE_LINE.search(text)
    return (int(loose.group(1)) or None) if loose else None


def _frames(text: str) -> list[re.Match[str]]:
    return [found for found in STUDENT_LINE.finditer(text) if not LIBRARY_FILE.search(found["file"])]


def _quoted(text: str) -> tuple[str | None, int | None]:
    """Find the line of the program that a text quotes: below its last frame, or above the error itself."""
    frames = _frames(text)
    # Below the last frame of the student's own files; a syntax error has its line above the message.
    after = text[frames[-1].end() :].splitlines()[1:] if frames else []
    lines = after or [line for line in text.splitlines() if line[:1] in " \t" and line.strip()]
    for number, line in enumerate(lines):
        if line[:1] not in " \t" or not line.strip() or _is_arrow(line) or STUDENT_LINE.search(line):
            continue
        arrow = lines[number + 1] if number + 1 < len(lines) and _is_arrow(lines[number + 1]) else None
        indent = len(line) - len(line.lstrip())
        return line.strip(), (max(0, arrow.index("^") - indent) if arrow else None)
    return None, None
