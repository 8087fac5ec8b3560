"""Exercises that teachers write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from events.models import Difficulty, Topic
from functions.authoring import content
from functions.authoring.checking import faults, without_empty
from functions.gateway.models.base import Body, Code, Name, Shape, Storable, Text, example
from functions.gateway.models.chat import CURSOR
from functions.gateway.models.proofs import PROOF, TEST, Proof
from functions.gateway.models.work import known_concept

MAX_TESTS = 40
MAX_SOLUTIONS = 5
Status = Literal["draft", "published", "archived"]
Short = Annotated[Storable, Field(max_length=2_000)]
Typed = Annotated[Storable, Field(max_length=10_000)]
Concept = Annotated[str, Field(max_length=100), AfterValidator(known_concept)]
WRITTEN: dict[str, Any] = {
    "title": "Double it",
    "topic": "functions",
    "concepts": ["defining-functions", "return"],
    "difficulty": "easy",
    "instructions": "Write a function `double(n)` that returns twice `n`.",
    "starter_code": "def double(n):\n    ...\n",
    "solution": "def double(n):\n    return n * 2\n",
    "solutions": ["def double(n):\n    return n + n\n"],
    "tests": [TEST, TEST | {"name": "zero", "call": "double(0)", "expected": "0", "visible": False}],
    "values": {},
    "requires": None,
}
ID = "7d0a4a0e-54d3-4a0e-b0d1-2b8f1a3c4d5e"
AUTHORED = {
    "exercise_id": ID,
    "status": "draft",
    **WRITTEN,
    "version": 1,
    "shared": False,
    "mine": True,
    "author": "Ms Lovelace",
    "proof": PROOF,
    "created_at": "2026-11-23T09:04:00Z",
    "updated_at": "2026-11-23T09:14:00Z",
    "published_at": None,
}


def columns(values: Any) -> Any:
    """Read a table of values by columns, or row by row; numbers are written as Python writes them."""
    if isinstance(values, list) and values and all(isinstance(row, Mapping) for row in values):
        names = list(values[0])
        if any(list(row) != names for row in values):
            raise ValueError("every row must have the same names")
        values = {name: [row[name] for row in values] for name in names}
    if isinstance(values, Mapping):
        return {
            name: [str(one) if isinstance(one, int | float) else one for one in column]
            if isinstance(column, list)
            else column
            for name, column in values.items()
        }
    return {} if values is None or values == [] else values


Value = Annotated[Storable, Field(max_length=500)]
Values = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[list[Value], Field(max_length=12)]],
    BeforeValidator(columns),
    Field(
        max_length=12,
        description="A table by columns (or a list of rows): `$name` in any text stands for the value of its "
        "column, and each row makes a variation.",
    ),
]


class AuthoredTest(Body):
    """One test: a call and what it gives, prints or raises, or a run of the program with input and output."""

    model_config = Body.model_config | ConfigDict(json_schema_extra={"examples": [TEST]})

    name: Name
    kind: Literal["call", "program"]
    call: Short | None = Field(None, description="A Python expression.")
    stdin: Typed | None = Field(None, description="What is typed in, of a program.")
    expected: Short | None = Field(None, description="What the call gives: a Python literal, as text.")
    stdout: Typed | None = Field(None, description="What the program, or the call, prints.")
    raises: Annotated[Storable, Field(max_length=100)] | None = Field(
        None, description="The error that the call raises."
    )
    visible: bool = Field(True, description="Whether students see it as an example.")
    weight: Annotated[float, Field(gt=0, le=100)] = 1.0
    hint: Annotated[Storable, Field(max_length=500)] | None = Field(
        None, description="What a student reads when it fails; of a hidden test, all that they read."
    )
    tolerance: Annotated[float, Field(gt=0, le=1e6)] | None = Field(
        None, description="How far a number may be off."
    )


class Writing(Body):
    """An exercise as its teacher writes it; a draft need not be complete."""

    model_config = Body.model_config | ConfigDict(json_schema_extra={"examples": [WRITTEN]})

    title: Name
    topic: Topic
    concepts: Annotated[list[Concept], Field(max_length=8)] = Field([])
    difficulty: Difficulty
    instructions: Text
    starter_code: Code = ""
    solution: Code
    solutions: Annotated[list[Code], Field(max_length=MAX_SOLUTIONS)] = Field(
        [], description="Other right programs: each must pass, and where they differ is outside of the task."
    )
    tests: Annotated[list[AuthoredTest], Field(max_length=MAX_TESTS)]
    values: Values = Field({})
    requires: Annotated[Storable, Field(max_length=500)] | None = Field(
        None,
        description="What the task promises of the parameters of its first function, as a condition.",
    )

    def checked(self) -> content.Authored:
        """Give the content without empty fields; raises RequestValidationError naming what is wrong."""
        read = msgspec.convert(self.model_dump(), content.Authored)
        tests = tuple(without_empty(test) for test in read.tests)
        made = replace(read, tests=tests)
        if found := faults(made):
            raise RequestValidationError(
                [{"type": "value_error", "loc": ("body", *one.field), "msg": one.message} for one in found]
            )
        return made


class Draft(Shape):
    """A draft that was written."""

    model_config = example(exercise_id=ID, status="draft")

    exercise_id: UUID
    status: Status = "draft"


class AuthoredHead(Shape):
    """An exercise of a teacher in a list; `mine` unless a colleague shares it."""

    exercise_id: UUID
    status: Status
    title: str
    topic: Topic
    difficulty: Difficulty
    concepts: list[str] = Field([])
    version: int
    shared: bool
    mine: bool
    author: str | None
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None


class AuthoredExercise(AuthoredHead):
    """All of an exercise that a teacher wrote; `proof` is the last one of its present state."""

    model_config = example(**AUTHORED)

    instructions: str
    starter_code: str
    solution: str
    solutions: list[str]
    tests: list[dict[str, Any]]
    values: dict[str, list[str]]
    requires: str | None = None
    proof: Proof | None = None


class AuthoredPage(Shape):
    """Exercises of one's own and those that colleagues share, newest first."""

    model_config = example(
        items=[{k: v for k, v in AUTHORED.items() if k in AuthoredHead.model_fields}], next_cursor=CURSOR
    )

    items: list[AuthoredHead]
    next_cursor: str | None


class Sharing(Body):
    """What is to change: who may use an exercise, and whether it is still in use."""

    model_config = Body.model_config | ConfigDict(json_schema_extra={"examples": [{"shared": True}]})

    shared: bool | None = None
    archived: bool | None = None
