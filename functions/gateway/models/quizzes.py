"""Quizzes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from events.models import Topic
from functions.gateway.models.base import Body, Shape, Storable, example
from functions.gateway.models.chat import CURSOR

QUIZ_ID = "4b3a2c1d-0e9f-4a8b-9c7d-6e5f4a3b2c1d"
QUESTION = {
    "id": "loops-range",
    "text": "What does `list(range(3))` give?",
    "choices": ["[0, 1, 2]", "[1, 2, 3]"],
}

TAKEN = {
    "quiz_id": QUIZ_ID,
    "topic": "control-flow",
    "questions": 5,
    "status": "graded",
    "score": 0.8,
    "passed": True,
    "created_at": "2026-11-23T09:00:00Z",
    "graded_at": "2026-11-23T09:06:00Z",
}


class QuizRequest(Body):
    """What the quiz is to be about."""

    model_config = example(topic="control-flow")

    topic: Topic


class QuizQuestion(Shape):
    """A question; which choice is right is told once the quiz is graded."""

    model_config = example(**QUESTION)

    id: str
    text: str = Field(description="Markdown.")
    choices: list[str]


class Quiz(Shape):
    """A quiz."""

    model_config = example(quiz_id=QUIZ_ID, topic="control-flow", questions=[QUESTION])

    quiz_id: UUID
    topic: Topic
    questions: list[QuizQuestion]


class Answers(Body):
    """Answers by question: the index of the choice, from 0. A question that is left out counts as wrong."""

    model_config = example(answers={"loops-range": 0})

    answers: Annotated[dict[Storable, int], Field(max_length=100)]


class QuizAnswer(Shape):
    """One graded question."""

    question_id: str
    correct: bool
    explanation: str
    choice: int | None
    right_choice: int


class QuizResult(Shape):
    """A graded quiz."""

    model_config = example(
        score=1.0,
        passed=True,
        results=[
            {
                "question_id": "loops-range",
                "correct": True,
                "explanation": "`range(3)` counts from 0 and stops before 3.",
                "choice": 0,
                "right_choice": 0,
            }
        ],
    )

    score: float | None = Field(ge=0, le=1)
    passed: bool | None
    withheld: bool = Field(False, description="Whether the teacher shows the result later.")
    results: list[QuizAnswer]


class ShownQuiz(Quiz):
    """A quiz that can still be handed in, or its result."""

    model_config = example(
        quiz_id=QUIZ_ID, topic="control-flow", questions=[QUESTION], status="open", result=None
    )

    status: Literal["open", "graded"]
    result: QuizResult | None


class TakenQuiz(Shape):
    """A quiz in short; its questions and explanations are under its id."""

    model_config = example(**TAKEN)

    quiz_id: UUID
    topic: Topic
    questions: int
    status: Literal["open", "graded"]
    score: float | None = Field(description="Null until it is handed in.")
    passed: bool | None
    created_at: datetime
    graded_at: datetime | None


class QuizPage(Shape):
    """Quizzes, newest first."""

    model_config = example(items=[TAKEN], next_cursor=CURSOR)

    items: list[TakenQuiz]
    next_cursor: str | None
