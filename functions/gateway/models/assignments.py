"""Assignments: what a class has to do, until when, and how a student stands."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from events.models import Difficulty, Topic
from functions.gateway.deadlines import State
from functions.gateway.models.base import Body, Name, Shape, example
from functions.gateway.models.classes import CLASS
from functions.gateway.models.work import EXERCISE, known_concept

MAX_CHOSEN = 500
ASSIGNMENT_ID = "7c0e6f1d-3b5a-4c2e-9d8f-1a2b3c4d5e6f"
DUE = "2026-11-27T18:00:00Z"
LATE = {"percent_a_day": 10.0, "until": "2026-11-30T18:00:00Z"}
STUDENT_ID = "2f6f8a53-8f0b-4a35-9c8b-0f4dd0a6c3f7"
Students = Annotated[list[UUID], Field(min_length=1, max_length=MAX_CHOSEN)]
Attempts = Annotated[int, Field(strict=True, ge=1, le=100, description="How often it may be handed in.")]


class Late(Body):
    """What lateness costs: percent of the score for each day begun, until a last moment if there is one."""

    model_config = example(**LATE)

    percent_a_day: Annotated[float, Field(strict=True, ge=0, le=100)] = 0.0
    until: AwareDatetime | None = None


class Dates(Body):
    """When it opens and is due; the due date is the end unless `late` allows more."""

    title: Name | None = None
    opens: AwareDatetime | None = None
    due: AwareDatetime | None = None
    late: Late | None = None
    students: Students | None = Field(None, description="Whom it is for; all of the class without.")
    attempts: Attempts | None = None


class NewAssignment(Dates):
    """Give the same exercise or quiz to all, or by `topic` and `difficulty` an own exercise to each."""

    model_config = example(exercise_id=EXERCISE["exercise_id"], title="Homework 3", due=DUE, late=LATE)

    exercise_id: UUID | None = Field(None, description="A published one of one's own, or a ready one.")
    quiz_id: UUID | None = Field(None, description="A quiz one has opened oneself: all get its questions.")
    topic: Topic | None = None
    difficulty: Difficulty | None = None
    concept: Annotated[str, Field(max_length=100), AfterValidator(known_concept)] | None = None
    hints: bool = Field(True, strict=True)
    show_score: bool = Field(True, strict=True, description="Without, students see no score until it is set.")


class AssignmentChange(Dates):
    """What to change; what is left out stays, and null takes a date away."""

    model_config = example(due=DUE, show_score=True)

    hints: bool | None = Field(None, strict=True)
    show_score: bool | None = Field(None, strict=True)


class Extension(Body):
    """More time for one student."""

    model_config = example(student_id=STUDENT_ID, due="2026-11-29T18:00:00Z")

    student_id: UUID
    due: AwareDatetime


class Extended(Shape):
    """A student's own due date."""

    model_config = example(assignment_id=ASSIGNMENT_ID, student_id=STUDENT_ID, due="2026-11-29T18:00:00Z")

    assignment_id: UUID
    student_id: UUID
    due: datetime


SHOWN = {
    "assignment_id": ASSIGNMENT_ID,
    "class_id": CLASS["class_id"],
    "class_name": "Python 1",
    "title": "Homework 3",
    "exercise_id": EXERCISE["exercise_id"],
    "quiz_id": None,
    "topic": "functions",
    "difficulty": "easy",
    "concept": None,
    "opens": None,
    "due": DUE,
    "closes": "2026-11-30T18:00:00Z",
    "late": LATE,
    "attempts": None,
    "hints": True,
    "show_score": True,
    "state": "open",
    "submissions": 0,
    "score": None,
    "students": None,
    "handed_in": None,
    "created_at": "2026-11-24T08:00:00Z",
}


class ShownLate(Shape):
    """What lateness costs."""

    percent_a_day: float
    until: datetime | None


class Assignment(Shape):
    """An assignment, to a student with their own exercise and date, to a teacher with how many handed in."""

    model_config = example(**SHOWN)

    assignment_id: UUID
    class_id: UUID
    class_name: str
    title: str
    exercise_id: UUID | None = Field(description="To a student their own one, once it is open.")
    quiz_id: UUID | None
    topic: Topic
    difficulty: Difficulty | None
    concept: str | None
    opens: datetime | None
    due: datetime | None
    closes: datetime | None = Field(description="After it nothing is taken; null without an end.")
    late: ShownLate | None
    attempts: int | None
    hints: bool
    show_score: bool
    state: State = Field(
        description="`late`: after the due date, and still possible, or handed in and not passed yet."
    )
    submissions: int | None = Field(description="How often the student handed it in.")
    score: float | None = Field(description="The student's best, less what lateness takes; null when hidden.")
    students: int | None = Field(description="To a teacher: how many have it to do.")
    handed_in: int | None = Field(description="To a teacher: how many handed something in.")
    created_at: datetime


class Assignments(Shape):
    """Assignments, those due first at the top; without a date last."""

    model_config = example(items=[SHOWN])

    items: list[Assignment]


class MadeAssignment(Shape):
    """An assignment that was given."""

    model_config = example(assignment_id=ASSIGNMENT_ID)

    assignment_id: UUID
