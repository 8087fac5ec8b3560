"""An exercise as its teacher writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from events.models import Difficulty, Topic

PLACE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoredTest:
    """One test: an expression and what it gives, prints or raises, or a whole run with its input and output.

    `expected` is a Python literal as text. A hidden test shows a student its hint alone.
    """

    name: str
    kind: Literal["call", "program"]
    call: str | None = None
    stdin: str | None = None
    expected: str | None = None
    stdout: str | None = None
    raises: str | None = None
    visible: bool = True
    weight: float = 1.0
    hint: str | None = None
    tolerance: float | None = None

    @property
    def written(self) -> str | None:
        """What should come of it, when that is no error."""
        return self.expected if self.expected is not None else self.stdout

    @property
    def prints(self) -> bool:
        """Whether the printed text of a call counts, and not its value."""
        return self.kind == "call" and self.expected is None and self.stdout is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authored:
    """One exercise; `values` is a table by columns, and each row of it makes a variation.

    `solutions` are further right programs. `requires` is what the text promises of the parameters of the
    solution's first function, as a condition on them.
    """

    title: str
    topic: Topic
    difficulty: Difficulty
    instructions: str
    starter_code: str
    solution: str
    concepts: tuple[str, ...] = ()
    solutions: tuple[str, ...] = ()
    tests: tuple[AuthoredTest, ...] = ()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    requires: str | None = None

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of the table; one without values where there is no table."""
        if not self.values:
            return [{}]
        return [dict(zip(self.values, row, strict=True)) for row in zip(*self.values.values(), strict=False)]


def fill(text: str, row: Mapping[str, str]) -> str:
    """Put values in the place of `$name` and `${name}`; a dollar sign before anything else stays."""
    return PLACE.sub(lambda found: row.get(found[1] or found[2], found[0]), text)


def fill_or_none(text: str | None, row: Mapping[str, str]) -> str | None:
    """Fill in a text if there is one."""
    return None if text is None else fill(text, row)
