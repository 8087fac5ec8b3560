"""The exercise bank: one TOML file per topic, checked when it is read."""

from __future__ import annotations

import math
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from events.models import Difficulty, Topic
from functions.exercise.errors import BankError
from functions.runtime.database import Pool

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTest:
    """One test as it is written down: an expression, some lines of code or an input, and what comes of it."""

    name: str
    call: str | None = None
    run: str | None = None
    stdin: str | None = None
    gives: str | None = None
    raises: str | None = None
    prints: str | None = None
    hint: str | None = None
    weight: float = 1.0
    tolerance: float | None = None

    def __post_init__(self) -> None:
        """Refuse a test that does not say exactly one thing to do and one thing to expect."""
        done = [self.call, self.run, self.stdin]
        expected = [self.gives, self.raises, self.prints]
        one_each = done.count(None) == expected.count(None) == 2
        if not one_each or (self.stdin is None) != (self.prints is None):
            raise ValueError(f"test {self.name!r}: one of call, run, stdin and one of gives, raises, prints")

    @property
    def result(self) -> str | None:
        """What comes of it in the first variation, when that is no error."""
        return self.gives if self.gives is not None else self.prints


@dataclass(frozen=True, slots=True, kw_only=True)
class BankExercise:
    """One exercise of the bank, with all its variations.

    What is in `along` changes from each variation to the next without making more of them: values of tests,
    and lists of one length that go together, such as a word of the text and what it means in the code.
    `requires` is what the text promises of the parameters of the first function, as a condition on them.
    """

    slug: str
    difficulty: Difficulty
    title: str
    instructions: str
    starter: str
    solution: str
    tests: list[BankTest]
    mutants: list[tuple[str, str]]
    vary: dict[str, list[str]] = field(default_factory=dict)
    along: dict[str, list[str]] = field(default_factory=dict)
    requires: str | None = None
    concepts: list[str] = field(default_factory=list)
    topic: Topic = "basics"

    @property
    def bank_id(self) -> str:
        """Names the exercise for ever."""
        return f"{self.topic}/{self.slug}"

    @property
    def variations(self) -> int:
        """How many variations there are."""
        return math.prod(len(values) for values in self.vary.values())

    def values(self, variation: int) -> dict[str, str]:
        """Give the values of a variation; number 0 has the first of each list, the next changes them all."""
        number = variation % self.variations
        chosen: dict[str, str] = {}
        rest, first = number, 0
        for name, values in self.vary.items():
            rest, index = divmod(rest, len(values))
            chosen[name] = values[(index + first) % len(values)]
            first = first if len(chosen) > 1 else index
        return chosen | {name: values[number % len(values)] for name, values in self.along.items()}


class Bank:
    """All exercises, to be looked up."""

    def __init__(self, exercises: list[BankExercise]) -> None:
        self._by_id = {exercise.bank_id: exercise for exercise in exercises}
        if len(self._by_id) != len(exercises):
            raise BankError("two exercises of one topic have the same slug")

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Bank]:
        """Read the bank at start-up."""
        yield load()

    def all(self) -> list[BankExercise]:
        """Give every exercise."""
        return list(self._by_id.values())

    def get(self, bank_id: str | None) -> BankExercise | None:
        """Find an exercise by its id."""
        return self._by_id.get(bank_id) if bank_id else None

    def of(self, topic: str, difficulty: str) -> list[BankExercise]:
        """Give the exercises of a topic and difficulty."""
        return [e for e in self._by_id.values() if (e.topic, e.difficulty) == (topic, difficulty)]


@cache
def load(folder: Path = FOLDER) -> Bank:
    """Read the bank; raises BankError naming the file that is wrong."""
    return Bank([exercise for path in sorted(folder.glob("*.toml")) for exercise in read(path)])


def read(path: Path) -> list[BankExercise]:
    """Read the exercises of one topic."""
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["exercise"]
        # The file's name is the topic: it is checked as one, so a misnamed file ends the start.
        return [msgspec.convert(entry | {"topic": path.stem}, BankExercise) for entry in entries]
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError) as error:
        raise BankError(f"{path.name}: {error}") from error
