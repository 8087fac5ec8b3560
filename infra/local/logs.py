"""Reading the logs of all processes as one."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from infra.local.errors import NotRunning
from infra.local.paths import Home

Stamped = tuple[str, str]
FIRST = ("time", "level", "function", "message", "logger", "exception")
POLL_S = 0.3
NEWLINE = "\n"


def last_lines(home: Home, name: str | None, count: int) -> list[str]:
    """Read the last lines of all logs, or of one, in the order of their times."""
    merged = heapq.merge(*(lines(path) for path in files(home, name)), key=lambda line: line[0])
    return [text for _, text in deque(merged, maxlen=count)]


def files(home: Home, name: str | None) -> list[Path]:
    """Find the log files; raises NotRunning when there are none of that name."""
    found = sorted(home.logs.glob(f"{name}.log" if name else "*.log")) or sorted(
        home.logs.glob(f"{name}-*.log")
    )
    if not found:
        known = ", ".join(path.stem for path in sorted(home.logs.glob("*.log")))
        raise NotRunning(f"no log of {name}; there are: {known or 'none yet'}")
    return found


def lines(path: Path) -> Iterator[Stamped]:
    """Read one log; a line that is no JSON counts to the one before it."""
    stamp = ""
    with path.open(errors="replace") as log:
        for line in log:
            stamp, text = readable(path.stem, line.rstrip("\n"), stamp)
            yield stamp, text


def readable(process: str, line: str, stamp: str) -> Stamped:
    """Turn one line into its time and a text for people."""
    try:
        entry: Any = msgspec.json.decode(line)
    except msgspec.DecodeError:
        entry = None
    if not isinstance(entry, dict):
        return stamp, f"{stamp[11:23]:<12} {process:<16} {harmless(line)}"
    stamp = str(entry.get("time", stamp))
    rest = " ".join(f"{key}={value}" for key, value in entry.items() if key not in FIRST)
    message = harmless(
        f"{str(entry.get('level', '')).lower():<7} {entry.get('message', '')}  {rest}".rstrip()
    )
    text = f"{stamp[11:23]:<12} {process:<16} {message}"
    return stamp, f"{text}\n{harmless(entry['exception'], but=NEWLINE)}" if "exception" in entry else text


def harmless(text: object, but: str = "") -> str:
    """Show unprintable characters by their codes: they could rewrite what a terminal shows."""
    return "".join(c if c.isprintable() or c in but else ascii(c)[1:-1] for c in str(text))


def follow(home: Home, name: str | None) -> None:
    """Print new lines for ever."""
    at = {path: path.stat().st_size for path in files(home, name)}
    while True:
        for path in files(home, name):
            size = path.stat().st_size
            start = at.get(path, 0) if size >= at.get(path, 0) else 0
            with path.open("rb") as log:
                log.seek(start)
                whole, newline, _ = log.read().rpartition(b"\n")
            at[path] = start + len(whole) + len(newline)
            for line in whole.decode(errors="replace").splitlines():
                print(readable(path.stem, line, "")[1], flush=True)
        time.sleep(POLL_S)
