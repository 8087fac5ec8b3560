"""Wrong programs written by hand, the way beginners go wrong: one file for each topic beside this one.

`== family` begins the programs of an exercise, `-- why` one program. Its lines are the program, or changes of
the solution of the first variation, `~ old => new`, in which lines end as in a string of Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from functions.exercise.bank import load
from functions.exercise.instance import instantiate

FOLDER = Path(__file__).parent / "wrong"
CHANGE = re.compile(r"~ (.*?) =>(?: (.*))?")
ESCAPE = re.compile(r"\\(\\n|n|x20)")
MEANS = {"\\n": "\\n", "n": "\n", "x20": " "}


@dataclass(frozen=True, slots=True)
class WrongProgram:
    """A wrong program for an exercise of the bank, with what is wrong about it."""

    family: str
    why: str
    program: str


@cache
def by_hand() -> dict[str, list[WrongProgram]]:
    """Read all of them, by exercise."""
    found: dict[str, list[WrongProgram]] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for one in read(path):
            found.setdefault(one.family, []).append(one)
    return found


def read(path: Path) -> Iterator[WrongProgram]:
    """Read one topic; raises ValueError for a change that does not fit the solution."""
    for section in re.split(r"(?m)^== ", path.read_text())[1:]:
        family, *programs = re.split(r"(?m)^-- ", section)
        for text in programs:
            why, _, lines = text.partition("\n")
            yield WrongProgram(family.strip(), why, _program(family.strip(), lines.strip("\n")))


def _program(family: str, lines: str) -> str:
    if not lines.startswith("~ "):
        return f"{lines}\n"
    exercise = load().get(family)
    if exercise is None:
        raise ValueError(f"there is no {family}")
    program = instantiate(exercise, 0).solution
    for line in lines.split("\n"):
        found = CHANGE.fullmatch(line)
        old, new = (_meant(part or "") for part in found.groups()) if found else ("", "")
        if not old or old not in program:
            raise ValueError(f"{family}: the solution does not hold {line!r}")
        program = program.replace(old, new, 1)
    return program


def _meant(text: str) -> str:
    return ESCAPE.sub(lambda found: MEANS[found[1]], text)
