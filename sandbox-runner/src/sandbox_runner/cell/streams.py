"""Standard streams of a cell: UTF-8, line by line, in an order that can be told afterwards."""

from __future__ import annotations

import io
import os
import sys

from sandbox_runner.cell.reports import Ledger, send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STDIN = ".stdin"
_write, _readinto = io.FileIO.write, io.FileIO.readinto


class _Counted(io.FileIO):
    """The descriptor of stdout or stderr; every write is counted."""

    def __init__(self, stream: int, ledger: Ledger) -> None:
        super().__init__(stream + 1, "w", closefd=False)
        self._stream, self._ledger = stream, ledger

    def write(self, data: Any) -> int:
        ledger, stream = self._ledger, self._stream
        if ledger.current != stream:
            ledger.enter(stream)
        written = _write(self, data)
        ledger.totals[stream] += written or 0
        return written


def open_output(ledger: Ledger) -> None:
    """Replace sys.stdout and sys.stderr."""
    for stream, name in ((0, "stdout"), (1, "stderr")):
        buffered = io.BufferedWriter(_Counted(stream, ledger))
        # Line buffered, because what sits in a buffer is lost when the time is up.
        text = io.TextIOWrapper(buffered, "utf-8", "backslashreplace", line_buffering=True)
        text.mode = "w"  # type: ignore[misc]
        setattr(sys, name, text)
        setattr(sys, f"__{name}__", text)


def open_input(text: str) -> None:
    """Make `text` what the program reads from stdin."""
    if text:
        file = os.open(_STDIN, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.unlink(_STDIN)
        os.write(file, text.encode("utf-8", "surrogatepass"))
        os.lseek(file, 0, os.SEEK_SET)
    else:
        file = os.open("/dev/null", os.O_RDONLY)
    os.dup2(file, 0)
    os.close(file)
    stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdin = sys.__stdin__ = stdin  # type: ignore[misc]


class _Asked(io.FileIO):
    """The input of a conversation; says when the program waits for it."""

    def readinto(self, buffer: Any) -> int:
        flush_output()
        send("w")
        try:
            return _readinto(self, buffer) or 0
        finally:
            send("r")

    def readall(self) -> bytes:
        pieces = []
        block = bytearray(4096)
        while size := self.readinto(block):
            pieces.append(bytes(block[:size]))
        return b"".join(pieces)


def take_input(source: int, interactive: bool) -> None:
    """Close the descriptor that the request came from, or make it the program's stdin."""
    if interactive:
        os.dup2(source, 0)
        stdin = io.TextIOWrapper(io.BufferedReader(_Asked(0, closefd=False)), "utf-8", "surrogateescape")
        sys.stdin = sys.__stdin__ = stdin  # type: ignore[misc]
    os.close(source)


def flush_output() -> None:
    """Push out what is still buffered, as far as the streams are usable."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue
