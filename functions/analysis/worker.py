"""The process inside the walls: it calls what it is told, one call after another, under limits of its own.

It reads pickled calls from standard input and writes pickled outcomes to standard output, each behind its
length. Both ends are ours: a learner's text is only ever a value in them. Memory is bounded by RLIMIT_AS,
counted from what the process has before a call; processor time by RLIMIT_CPU, in whole seconds above what it
has used. The limit by the clock is its parent's to keep.
"""

from __future__ import annotations

import gc
import importlib
import math
import os
import pickle
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from functions.analysis.source import TooLarge

HEADER_BYTES = 4
# An empty message: from now on the limits count.
BEGUN = bytes(HEADER_BYTES)
PAGE = os.sysconf("SC_PAGE_SIZE")
Kind = Literal["value", "raised", "memory", "size"]


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its module and name, its arguments, and the limits of the call."""

    module: str
    name: str
    args: tuple[Any, ...]
    memory_bytes: int
    cpu_s: float
    reply_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: its value, or the type of the error and where it came from."""

    kind: Kind
    value: Any = None


def serve(calls: BinaryIO, outcomes: BinaryIO) -> None:
    """Answer calls until there are no more."""
    while header := calls.read(HEADER_BYTES):
        call: Call = pickle.loads(calls.read(int.from_bytes(header, "big")))  # noqa: S301 - our parent wrote it
        function = ready(call)
        outcomes.write(BEGUN)
        outcomes.flush()
        body = pickle.dumps(answer(function, call), pickle.HIGHEST_PROTOCOL)
        if len(body) > call.reply_bytes:
            body = pickle.dumps(Outcome("size"), pickle.HIGHEST_PROTOCOL)
        outcomes.write(len(body).to_bytes(HEADER_BYTES, "big") + body)
        outcomes.flush()


def ready(call: Call) -> Callable[..., Any]:
    """Import what a call needs; tables that are read once are no cost of the call either.

    A module may have a `warm` that reads them.
    """
    module = importlib.import_module(call.module)
    getattr(module, "warm", bool)()
    function: Callable[..., Any] = getattr(module, call.name)
    return function


def answer(function: Callable[..., Any], call: Call) -> Outcome:
    """Make a call within its limits."""
    limit(call)
    try:
        return Outcome("value", function(*call.args))
    except (MemoryError, TooLarge):
        return Outcome("memory")
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
        return Outcome("raised", f"{type(error).__name__} at {where}")
    finally:
        unlimit()
        gc.collect(0)


def limit(call: Call) -> None:
    """Bound what the call may take on top of what the process has now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(used.ru_utime + used.ru_stime + call.cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    if sys.platform == "linux":  # elsewhere the kernel does not keep to RLIMIT_AS
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * PAGE + call.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def unlimit() -> None:
    """Take the limit of memory away, so that the outcome can be written."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    # what a reader prints must not come between the outcomes
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # pickled by the parent under the name of this module, not as __main__
    module = importlib.import_module("functions.analysis.worker")
    module.serve(sys.stdin.buffer, out)
