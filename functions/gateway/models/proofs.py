"""What proving an exercise of a teacher says, and how its students will see it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from events.models import Difficulty, Topic
from functions.gateway.models.base import Shape, example

TEST: dict[str, Any] = {
    "name": "doubles 3",
    "kind": "call",
    "call": "double(3)",
    "expected": "6",
    "visible": True,
}
PROBLEM = {
    "kind": "wrong_program",
    "message": "This wrong program passes all of your tests. For `double(5)` it gives `9`, …",
    "test": None,
    "program": "def double(n):\n    return n + 4\n",
    "input": "double(5)",
    "suggested_test": TEST | {"name": "double(5)", "call": "double(5)", "expected": "10", "visible": False},
}
PROOF = {"status": "refused", "problems": [PROBLEM]}


class ProofProblem(Shape):
    """One thing that a proof found; `program` and `input` show it where a program does.

    `suggested_test` is a test with that input, to be added as it is.
    """

    kind: str
    message: str
    test: str | None = None
    program: str | None = None
    input: str | None = None
    suggested_test: dict[str, Any] | None = None


class Proof(Shape):
    """What came of proving: `proven`, or `refused` with what is missing."""

    model_config = example(**PROOF)

    status: Literal["proving", "proven", "refused"]
    problems: list[ProofProblem] = Field([])


MISTAKE: dict[str, Any] = {
    "program": "def double(n):\n    return n + 2\n",
    "score": 0.5,
    "tests": [{"name": "doubles 3", "passed": False, "message": "`double(3)` should be …", "hidden": False}],
    "hint": "**Your program works, but the result is another one**",
}


class Mistake(Shape):
    """A likely wrong program, what its grade says, and the tutor's first hint, as Markdown."""

    program: str
    score: float
    tests: list[dict[str, Any]]
    hint: str


class Preview(Shape):
    """A proven exercise as students see it, with the likeliest mistakes."""

    model_config = example(
        title="Double it",
        topic="functions",
        difficulty="easy",
        instructions="Write a function `double(n)` that returns twice `n`.",
        starter_code="def double(n):\n    ...\n",
        examples=[{"kind": "call", "name": "doubles 3", "input": "double(3)", "output": "6"}],
        mistakes=[MISTAKE],
    )

    title: str
    topic: Topic
    difficulty: Difficulty
    instructions: str
    starter_code: str
    examples: list[Any]
    mistakes: list[Mistake]
