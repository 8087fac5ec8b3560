"""The cell's side of the report pipe: short ASCII lines, each written in one piece.

| line | meaning |
| --- | --- |
| `ready <json>` / `failed <text>` | the cell is set up, or why it is not |
| `s <stream> <out> <err>` | output goes to the other stream from these byte counts on |
| `b <item> <out> <err>`, `e <item> <out> <err>` | a call or case begins, ends |
| `w`, `r` | the program waits for input of a conversation, goes on |
| `f <item> <fragment>` | a piece of the item's result; item -1 is the program itself |

After `ready` every line could come from the learner's code: the reader believes nothing but data.
"""

from __future__ import annotations

import json
import os

from sandbox_runner.cell.setup import REPORT_FD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PROGRAM = -1
_FRAGMENT = 3000  # below PIPE_BUF with room for the head, so that lines of two threads never mix


class Ledger:
    """Counts what the Python-level streams wrote and reports when the stream changes."""

    def __init__(self) -> None:
        self.totals = [0, 0]
        self.current = 0

    def enter(self, stream: int) -> None:
        """Note that the other stream is about to be written."""
        self.current = stream
        send(f"s {stream} {self.position()}")

    def position(self) -> str:
        """Say how many bytes of stdout and stderr were written so far."""
        return f"{self.totals[0]} {self.totals[1]}"


def send(line: str) -> None:
    """Write one line; a learner who closed the pipe only loses the own report."""
    try:
        os.write(REPORT_FD, line.encode("ascii", "backslashreplace") + b"\n")
    except OSError:
        return


def send_result(item: int, result: dict[str, Any]) -> None:
    """Write a result of any size in pieces."""
    text = json.dumps(result, separators=(",", ":"))
    for start in range(0, len(text), _FRAGMENT):
        send(f"f {item} {text[start : start + _FRAGMENT]}")
