"""The questions of all topics, read from the data files beside this one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from events.models import Topic
from functions.progress.topics import TOPICS

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the bank; the first choice is the right one.

    `repair` and `wanted` belong to "find": the right line, and what the program then prints.
    """

    id: str
    topic: Topic
    kind: Literal["choose", "predict", "find"]
    text: str
    choices: tuple[str, ...]
    explanation: str
    code: str = ""
    line: int = 0
    repair: str = ""
    wanted: str = ""

    @property
    def repaired(self) -> str:
        """The program of a "find", with the bug repaired."""
        lines = self.code.split("\n")
        lines[self.line - 1] = self.repair
        return "\n".join(lines)


@cache
def bank() -> MappingProxyType[Topic, tuple[Question, ...]]:
    """Read all questions, once per process."""
    return MappingProxyType({topic: read(topic) for topic in TOPICS})


@cache
def by_id() -> MappingProxyType[str, Question]:
    """All questions, by their id."""
    return MappingProxyType({one.id: one for questions in bank().values() for one in questions})


def read(topic: Topic) -> tuple[Question, ...]:
    """Read the questions of a topic."""
    entries = tomllib.loads((FOLDER / f"{topic}.toml").read_text(encoding="utf-8"))["question"]
    return tuple(question(topic, entry) for entry in entries)


def question(topic: Topic, entry: dict[str, Any]) -> Question:
    """Make a question of an entry; the choices of a "find" are the lines of its program."""
    code = entry.get("code", "").strip("\n")
    line = entry.get("line", 0)
    choices = lines_of(code, line) if line else (entry["answer"], *entry["wrong"])
    return Question(
        id=entry["id"],
        topic=topic,
        kind=entry["kind"],
        text=f"{entry['text']}\n\n```python\n{code}\n```" if code else entry["text"],
        choices=choices,
        explanation=entry["why"],
        code=code,
        line=line,
        repair=entry.get("repair", ""),
        wanted=entry.get("wanted", ""),
    )


def lines_of(code: str, bug: int) -> tuple[str, ...]:
    """Name the line with the bug, and the others nearest to it."""
    numbered = [(number, line.strip()) for number, line in enumerate(code.split("\n"), 1) if line.strip()]
    numbered.sort(key=lambda one: (abs(one[0] - bug), one[0]))
    return tuple(f"Line {number}: {line}" for number, line in numbered[:4])
