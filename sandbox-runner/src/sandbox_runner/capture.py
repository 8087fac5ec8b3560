"""What comes out of a cell: two bounded streams and a report, none of it to be trusted."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KEEP = 64 * 1024
KILL_ABOVE = 1024 * 1024
REPORT_LIMIT = 8 * 1024 * 1024
_RESULT_LIMIT = 128 * 1024
_MARKS = 4000
_LINE = re.compile(rb"([sbe]) (-?\d{1,6}) (\d{1,12}) (\d{1,12})")
_FRAGMENT = re.compile(rb"f (-?\d{1,6}) (.*)")


@dataclass
class Stream:
    """The first bytes of an output stream and its whole length."""

    kept: bytearray = field(default_factory=bytearray)
    total: int = 0

    def feed(self, data: bytes) -> None:
        """Take in what was read."""
        self.total += len(data)
        self.kept += data[: max(0, KEEP - len(self.kept))]

    @property
    def truncated(self) -> bool:
        """Tell whether something was left out."""
        return self.total > len(self.kept)


@dataclass(frozen=True)
class Mark:
    """A point in the output: what (`s` switch, `b` begin, `e` end), of what, and where."""

    kind: str
    number: int
    out: int
    err: int


@dataclass
class Report:
    """Lines from the report pipe, put together again."""

    head: str = ""
    marks: list[Mark] = field(default_factory=list)
    total: int = 0
    on_wait: Callable[[bool], None] | None = None
    _rest: bytes = b""
    _results: dict[int, bytearray] = field(default_factory=dict)

    def feed(self, data: bytes) -> None:
        """Take in what was read."""
        self.total += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-4096:]
        for line in lines:
            self._take(line)

    def result(self, item: int) -> dict[str, Any]:
        """Give the result that the cell reported for an item, `{}` without a usable one."""
        try:
            data = json.loads(self._results.get(item, b""))
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) and _is_data(data) else {}

    def _take(self, line: bytes) -> None:
        if not self.head:
            self.head = line.decode("utf-8", "replace")
        elif match := _LINE.fullmatch(line):
            if len(self.marks) < _MARKS:
                kind, *numbers = match.groups()
                self.marks.append(Mark(kind.decode(), *map(int, numbers)))
        elif line in (b"w", b"r"):
            if self.on_wait is not None:
                self.on_wait(line == b"w")
        elif match := _FRAGMENT.fullmatch(line):
            result = self._results.setdefault(int(match[1]), bytearray())
            result += match[2][: max(0, _RESULT_LIMIT - len(result))]


def _is_data(value: Any, depth: int = 0) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return depth < 100 and all(_is_data(item, depth + 1) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return depth < 100 and all(_is_data(item, depth + 1) for item in value)
    return not isinstance(value, str) or not any("\ud800" <= char <= "\udfff" for char in value)


def decode(data: bytes | bytearray) -> str:
    """Read UTF-8 whatever it is; NUL, which databases refuse, becomes U+FFFD as well."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")
