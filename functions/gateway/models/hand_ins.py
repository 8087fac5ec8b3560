"""Hand-ins as teachers read and judge them, and the marks of a class."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from functions.gateway.models.base import CODE_BYTES, Body, Shape, Storable, Text, example, not_blank
from functions.gateway.models.chat import CURSOR
from functions.gateway.models.classes import CLASS
from functions.gateway.models.work import SUBMISSION, Submission

COMMENT = {
    "comment_id": "0d9a3c1e-7b2f-4a6d-9e8c-5f4b3a2d1c0e",
    "author": "Ms Lovelace",
    "text": "Could this line do without the loop?",
    "line": 2,
    "created_at": "2026-11-24T10:00:00Z",
}
OVERRIDE = {
    "score": 0.8,
    "reason": "The last test asks for more than the task does.",
    "by": "Ms Lovelace",
    "at": "2026-11-24T10:05:00Z",
}
EARLIER = {
    "score": 0.5,
    "passed": 1,
    "total": 2,
    "graded_at": "2026-11-23T09:05:01Z",
    "replaced_at": "2026-11-24T10:00:00Z",
    "reason": "The tests of this exercise were changed.",
}
STUDENT = {"student_id": "2f6f8a53-8f0b-4a35-9c8b-0f4dd0a6c3f7", "display_name": "Maya"}


class NewComment(Body):
    """What a teacher says about code: on the whole, or on a line, counted from 1."""

    model_config = example(text=COMMENT["text"], line=2)

    text: Text
    line: Annotated[int, Field(strict=True, ge=1, le=CODE_BYTES)] | None = None


class Comment(Shape):
    """A comment of a teacher; the author's name is gone with the account."""

    model_config = example(**COMMENT)

    comment_id: UUID
    author: str | None
    text: str
    line: int | None
    created_at: datetime


class NewOverride(Body):
    """A score that counts instead of the computed one, with a word why."""

    model_config = example(score=0.8, reason=OVERRIDE["reason"])

    score: Annotated[float, Field(strict=True, ge=0, le=1)]
    reason: Annotated[Storable, AfterValidator(not_blank), Field(min_length=1, max_length=1000)]


class Override(Shape):
    """A teacher's score; the computed grade stays beside it."""

    model_config = example(**OVERRIDE)

    score: float
    reason: str
    by: str | None = Field(description="The teacher's name; gone with the account.")
    at: datetime


class EarlierGrade(Shape):
    """A grade that another one took the place of, and why."""

    model_config = example(**EARLIER)

    score: float
    passed: int
    total: int
    graded_at: datetime
    replaced_at: datetime
    reason: str


class JudgedSubmission(Submission):
    """A submission with what is known of it by now, and what teachers said about it."""

    model_config = example(**SUBMISSION, comments=[COMMENT], override=OVERRIDE, earlier_grades=[EARLIER])

    comments: list[Comment] = Field([], description="The oldest first.")
    override: Override | None = Field(None, description="The last one; null where the grade counts.")
    earlier_grades: list[EarlierGrade] = Field([], description="Grades before it was graded again.")


class HandInStudent(Shape):
    """Who handed it in."""

    student_id: UUID
    display_name: str


class HandIn(Shape):
    """What a student of the class handed in."""

    submission_id: UUID
    exercise_id: UUID | None
    student: HandInStudent
    code: str
    status: str
    grade: dict[str, Any] | None
    review: dict[str, Any] | None
    override: Override | None
    submitted_at: datetime


HAND_IN = {
    **{name: value for name, value in SUBMISSION.items() if name != "created_at"},
    "student": STUDENT,
    "override": OVERRIDE,
    "submitted_at": SUBMISSION["created_at"],
}


class HandInPage(Shape):
    """What a class handed in, newest first."""

    model_config = example(items=[HAND_IN], next_cursor=CURSOR)

    items: list[HandIn]
    next_cursor: str | None


class MarkedStudent(HandInStudent):
    """Whose marks these are."""

    email: str


class ExerciseMark(Shape):
    """The mark for one exercise: the override, or else the best score of the tests."""

    exercise_id: UUID | None = Field(description="Null for a quiz.")
    quiz_id: UUID | None = None
    assignment_id: UUID | None = None
    title: str
    topic: str
    difficulty: str | None
    score: float | None = Field(description="What counts, after lateness was taken off.")
    computed_score: float | None = Field(description="The best score of the tests, before help is counted.")
    late_penalty: float = Field(0.0, description="What lateness takes off the computed score, 0 to 1.")
    override: Override | None
    submissions: int


class StudentMarks(Shape):
    """A student's marks; none for what was not handed in."""

    student: MarkedStudent
    marks: list[ExerciseMark]


class ClassMarks(Shape):
    """The marks of a class, by the students' names."""

    model_config = example(
        class_id=CLASS["class_id"],
        name="Python 1",
        students=[
            {
                "student": {**STUDENT, "email": "maya@example.com"},
                "marks": [
                    {
                        "exercise_id": SUBMISSION["exercise_id"],
                        "title": "Double it",
                        "topic": "functions",
                        "difficulty": "easy",
                        "score": 0.8,
                        "computed_score": 0.5,
                        "override": OVERRIDE,
                        "submissions": 3,
                    }
                ],
            }
        ],
    )

    class_id: UUID
    name: str
    students: list[StudentMarks]
