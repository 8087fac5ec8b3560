"""Running code, handing it in, exercises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, ConfigDict, Field

from events.models import Difficulty, RunStatus, Topic
from functions.gateway.models.base import Body, Code, Shape, Storable, example
from functions.gateway.models.chat import CURSOR
from functions.knowledge.skills import skills

RESULT = {
    "status": "ok",
    "exit_code": 0,
    "signal": None,
    "stdout": "hi\n",
    "stderr": "",
    "truncated": {"stdout": False, "stderr": False},
    "duration_ms": 11.4,
    "cpu_ms": 6.2,
    "peak_memory_bytes": 9_437_184,
    "error": None,
}
SUBMITTED = {"submission_id": "5a1c0a8e-0a55-4b3e-8f37-7d1d0c9b2e10", "status": "pending"}
SUBMISSION = {
    **SUBMITTED,
    "status": "graded",
    "exercise_id": "e1d6a6e4-54d3-4a0e-b0d1-2b8f1a3c4d5e",
    "code": "def double(n):\n    return n * 2\n",
    "created_at": "2026-11-23T09:05:00Z",
    "grade": {
        "score": 1.0,
        "hint_level": "where",
        "counted_score": 0.9,
        "passed": 2,
        "total": 2,
        "tests": [{"name": "doubles 3", "passed": True, "message": "", "hidden": False}],
    },
    "review": {
        "quality": 92,
        "summary": "Short and clear.",
        "findings": [
            {
                "line": 1,
                "rule": "D103",
                "severity": "info",
                "message": "No docstring.",
                "suggestion": "Add one.",
            }
        ],
    },
}
REQUESTED = {"exercise_id": "e1d6a6e4-54d3-4a0e-b0d1-2b8f1a3c4d5e", "status": "pending"}
EXERCISE = {
    **REQUESTED,
    "status": "ready",
    "topic": "functions",
    "difficulty": "easy",
    "title": "Double it",
    "instructions": "Write `double(n)` that returns twice `n`.",
    "starter_code": "def double(n):\n    ...\n",
    "examples": [{"call": "double(3)", "result": "6"}],
    "concepts": ["defining-functions", "return"],
    "note": None,
    "created_at": "2026-11-23T09:04:00Z",
    "assigned": {"by": "Ms Lovelace", "note": "Try this one.", "at": "2026-11-23T09:04:00Z"},
    "best": {"submissions": 2, "score": 1.0, "passed": True},
}


class Program(Body):
    """A program to run."""

    model_config = example(code="print('hi')", stdin="")

    code: Code
    stdin: Annotated[Storable, Field(max_length=60_000)] | None = None


class ExecutionError(Shape):
    """The exception that ended a program."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str | None = None
    message: str | None = None
    line: int | None = None
    traceback: str | None = None


class Execution(Shape):
    """What a program did."""

    model_config = example(**RESULT) | ConfigDict(extra="allow")

    status: RunStatus
    exit_code: int | None = None
    signal: int | str | None = None
    stdout: str = ""
    stderr: str = ""
    truncated: dict[str, bool] = Field({})
    duration_ms: float | None = None
    cpu_ms: float | None = None
    peak_memory_bytes: int | None = None
    error: ExecutionError | None = None


class NewSubmission(Body):
    """Code handed in: for an exercise to be graded, or on its own to be reviewed."""

    model_config = example(code=SUBMISSION["code"], exercise_id=SUBMISSION["exercise_id"])

    code: Annotated[Code, Field(min_length=1)]
    exercise_id: UUID | None = None


class Submitted(Shape):
    """A submission that was taken."""

    model_config = example(**SUBMITTED)

    submission_id: UUID
    status: Literal["pending"] = "pending"


class Submission(Shape):
    """A submission with what is known of it by now."""

    model_config = example(**SUBMISSION)

    submission_id: UUID
    status: str
    exercise_id: UUID | None = None
    code: str
    created_at: datetime
    grade: dict[str, Any] | None = None
    review: dict[str, Any] | None = None
    withheld: bool = Field(False, description="Whether the teacher shows grade and review later.")


class SubmissionPage(Shape):
    """Submissions, newest first."""

    model_config = example(items=[SUBMISSION], next_cursor=CURSOR)

    items: list[Submission]
    next_cursor: str | None


def known_concept(concept: str) -> str:
    """Refuse what is no concept."""
    if concept not in skills():
        raise ValueError("is no concept: GET /concepts lists them")
    return concept


class ExerciseRequest(Body):
    """What the exercise is to be about."""

    model_config = example(topic="functions", difficulty="easy")

    topic: Topic
    difficulty: Difficulty
    concept: Annotated[str, Field(max_length=100), AfterValidator(known_concept)] | None = Field(
        None, description="What to practise: the id of one of GET /concepts."
    )
    variation_of: UUID | None = None


CONCEPT = {"id": "recursion", "title": "Recursion", "topic": "functions"}


class Concept(Shape):
    """Something that exercises practise."""

    model_config = example(**CONCEPT)

    id: str
    title: str
    topic: Topic


class Assignment(ExerciseRequest):
    """What a student is given to do, with a word from the teacher."""

    model_config = example(topic="functions", difficulty="easy", note="Try this one.")

    note: Annotated[Storable, Field(max_length=500)] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exercises are asked for."""

    topic: Topic | None = None
    difficulty: Difficulty | None = None
    assigned: Annotated[
        bool | None, Query(description="Only what a teacher gave, or only what the student asked for.")
    ] = None


class Requested(Shape):
    """An exercise that is being made."""

    model_config = example(**REQUESTED)

    exercise_id: UUID
    status: Literal["pending"] = "pending"


class Assigned(Shape):
    """Who gave an exercise."""

    by: str | None
    note: str | None
    at: datetime


class Best(Shape):
    """How far a student came with an exercise; `score` is the tests' best one, before help is counted."""

    submissions: int
    score: float
    passed: bool


class Exercise(Shape):
    """An exercise as its student sees it: never the solution, never the hidden tests."""

    model_config = example(**EXERCISE)

    exercise_id: UUID
    status: str
    topic: Topic
    difficulty: Difficulty
    title: str | None = None
    instructions: str | None = None
    starter_code: str | None = None
    examples: list[Any] = Field([])
    concepts: list[str] = Field([], description="What it practises, by the ids of GET /concepts.")
    note: str | None = Field(None, description="In which way it is not what was wished for; else null.")
    created_at: datetime
    assigned: Assigned | None = Field(None, description="Who gave it; null for one that was asked for.")
    hints: bool = Field(True, description="Whether the tutor gives hints for it; a teacher may say no.")
    best: Best | None = Field(None, description="The best result; null before the first one.")


class ExercisePage(Shape):
    """Exercises, newest first."""

    model_config = example(items=[EXERCISE], next_cursor=None)

    items: list[Exercise]
    next_cursor: str | None
