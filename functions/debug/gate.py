"""The gate before a diagnosis: what it would cost to read a message is tried behind walls first.

What a diagnosis does later in this process (parsing, compiling, rules over the tree, patterns over an
error text) is done once in a worker that can be cut off. Only what was cheap there is done here; the rest
is answered with a sentence. An ordinary message costs 2 to 5 ms of processor time in the worker.
"""

from __future__ import annotations

import time
from functools import cache

from events.models import DebugRequested, Part
from functions.analysis.errors import CutOff
from functions.analysis.walls import Walls
from functions.answers import answer
from functions.diagnosis.causes import unreadable
from functions.diagnosis.claims import claims
from functions.diagnosis.findings import silent_faults
from functions.diagnosis.tracebacks import read_trace

# What others may have to wait for; a diagnosis does these things a few times over.
MAX_CPU_S = 0.3
TOO_MUCH = (
    "This is too large or too deeply nested for me to read. Send me a shorter piece: the lines around the "
    "place where it goes wrong, and the last lines of the error message."
)


@cache
def warm() -> None:
    """Read the tables of faults, which a worker does once."""
    silent_faults("total = 0\n")
    read_trace("NameError: name 'x' is not defined")
    claims("f(1) should be 2")


def cost(code: str, error: str, text: str) -> float:
    """Read a message once, and give the processor time that it took, in seconds."""
    began = time.process_time()
    claims(text)
    read_trace(error, text)
    broken = unreadable(code)
    if broken is not None and broken.type == "MemoryError":
        return float("inf")
    if broken is None:
        silent_faults(code)
    return time.process_time() - began


async def refused(request: DebugRequested, walls: Walls) -> tuple[Part, ...]:
    """Say why a message is not read any further; nothing when it may be."""
    try:
        spent_s = await walls.run_for(
            request.student_id, cost, request.code or "", request.error or "", request.text
        )
    except CutOff:
        return (answer.text(TOO_MUCH),)
    return (answer.text(TOO_MUCH),) if spent_s > MAX_CPU_S else ()
