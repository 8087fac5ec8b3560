"""The questions of all topics, read from the data files beside this one."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Any, Literal

from events.models import Topic
from functions.progress.topics import TOPICS

FOLDER = Path(__file__).parent
LETTERS = "ABCDEFGH"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the bank; the first choice is the right one.

    `repair` and `wanted` belong to "find": the right line, and what the program then prints. A "choose" whose
    choices are code has a `trial`, which prints `wanted` with the right one in the place of `@@` alone. The
    program of an "order" prints `wanted`, and `orders` are other orders of its lines. `variations` are the
    same question with other values, this one first.
    """

    id: str
    topic: Topic
    kind: Literal["choose", "predict", "find", "order"]
    text: str
    choices: tuple[str, ...]
    explanation: str
    code: str = ""
    line: int = 0
    repair: str = ""
    wanted: str = ""
    trial: str = ""
    orders: tuple[str, ...] = ()
    further: tuple[Question, ...] = ()

    @property
    def variations(self) -> tuple[Question, ...]:
        """The question with each of its values."""
        return self, *self.further

    @property
    def repaired(self) -> str:
        """The program of a "find", with the bug repaired."""
        lines = self.code.split("\n")
        lines[self.line - 1] = self.repair
        return "\n".join(lines)

    def ordered(self, order: str) -> str:
        """The program of an "order", with its lines in another order: their numbers, from 1."""
        lines = self.code.split("\n")
        return "\n".join(lines[int(number) - 1] for number in order)

    def of_seed(self, seed: int) -> Question:
        """Choose a variation."""
        return random.Random(f"{self.id}|{seed}").choice(self.variations)


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
    return tuple(varied(topic, entry) for entry in entries)


def varied(topic: Topic, entry: dict[str, Any]) -> Question:
    """Make a question of an entry with all its values filled in."""
    values = entry.get("vary")
    if values is None:
        return question(topic, entry)
    rest = [question(topic, filled(entry, one)) for one in values[1:]]
    return question(topic, filled(entry, values[0]), tuple(rest))


def filled(entry: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    """Fill values into all texts of an entry."""

    def fill(text: Any) -> Any:
        if isinstance(text, list):
            return [fill(one) for one in text]
        return Template(text).substitute(values) if isinstance(text, str) else text

    return {name: fill(text) for name, text in entry.items() if name != "vary"}


def question(topic: Topic, entry: dict[str, Any], further: tuple[Question, ...] = ()) -> Question:
    """Make a question of an entry; the choices of a "find" are the lines of its program."""
    code = entry.get("code", "").strip("\n")
    line = entry.get("line", 0)
    orders = tuple(entry.get("orders", ()))
    shown = lettered(entry["id"], code) if orders else {}
    if orders:
        right = "".join(str(number) for number in range(1, len(code.split("\n")) + 1))
        choices = tuple(", ".join(shown[number] for number in order) for order in (right, *orders))
    else:
        choices = lines_of(code, line) if line else (entry["answer"], *entry["wrong"])
    return Question(
        id=entry["id"],
        topic=topic,
        kind=entry["kind"],
        text=told(entry["text"], code, shown),
        choices=choices,
        explanation=entry["why"],
        code=code,
        line=line,
        repair=entry.get("repair", ""),
        wanted=entry.get("wanted", ""),
        trial=entry.get("trial", ""),
        orders=orders,
        further=further,
    )


def told(text: str, code: str, shown: dict[str, str]) -> str:
    """Write the question with its program, whose lines are lettered where their order is asked for."""
    if not code:
        return text
    lines = code.split("\n")
    if shown:
        letters = sorted((letter, lines[int(number) - 1]) for number, letter in shown.items())
        code = "\n".join(f"{letter}   {line}" for letter, line in letters)
        return f"{text}\n\n```text\n{code}\n```"
    return f"{text}\n\n```python\n{code}\n```"


def lettered(question_id: str, code: str) -> dict[str, str]:
    """Give each line of a program, by its number, a letter that says nothing of its place."""
    numbers = [str(number) for number in range(1, len(code.split("\n")) + 1)]
    # Never as they belong: the same for all students, since the choices name the letters.
    mixed = random.Random(question_id).sample(numbers, len(numbers))
    mixed = mixed if mixed != numbers else [*numbers[1:], numbers[0]]
    return dict(zip(mixed, LETTERS, strict=False))


def lines_of(code: str, bug: int) -> tuple[str, ...]:
    """Name the line with the bug, and the others nearest to it."""
    numbered = [(number, line.strip()) for number, line in enumerate(code.split("\n"), 1) if line.strip()]
    numbered.sort(key=lambda one: (abs(one[0] - bug), one[0]))
    return tuple(f"Line {number}: {line}" for number, line in numbered[:4])
