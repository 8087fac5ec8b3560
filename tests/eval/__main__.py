"""`./task eval` prints how well LearnFlow teaches; with OPENAI_API_KEY it asks that model too.

`./task eval hints --from-log` counts which hints helped, in the database of a system.
"""

from __future__ import annotations

import asyncio
import os
import sys

from functions.triage.linear import INTENTS
from tests.eval import local
from tests.eval.hint_log import from_log
from tests.eval.phrases import safety, separation
from tests.eval.real import real
from tests.eval.tables import Row, table
from tests.integration.exercise.plain_python import PlainPython


async def programs() -> list[Row]:
    """Evaluate what has to run programs."""
    async with PlainPython.open() as python:
        hints = await local.hinting(python)
        return [*hints, *await local.exercises(python), *await local.reviews(python)]


def rows() -> list[Row]:
    """Evaluate what can be evaluated on material of our own."""
    found = [
        *local.triage(),
        *safety(),
        *separation(),
        *local.ranking(),
        *local.leaking(),
        *asyncio.run(programs()),
    ]
    found += [*local.reading(), *local.speed()]
    if os.environ.get("OPENAI_API_KEY"):
        from tests.eval.live import live

        found += live()
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["hints", "--from-log"]:
        sys.stdout.write(from_log() + "\n")
        sys.exit()
    head = ("part", "of", "found")
    sys.stdout.write("Own material: keeps it from getting worse.\n\n" + table(head, rows()) + "\n\n")
    found = list(real())
    told = table(head, found) if found else "None is there (tests/eval/real.py says where)."
    sys.stdout.write(f"Real material: says how it does.\n\n{told}\n\n")
    sys.stdout.write(table(("meant \\ understood", *INTENTS), local.confusion()) + "\n")
