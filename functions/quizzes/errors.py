"""What can go wrong with a quiz.

LearnFlowError
└── QuizError
    ├── BadAnswer       an answer does not fit the questions; `field` says which one
    └── QuizWithdrawn   all questions of a quiz left the bank since it was given
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class QuizError(LearnFlowError):
    """Base of the errors of quizzes."""

    status = 422


class BadAnswer(QuizError):
    """An answer does not fit the quiz."""

    code = "bad-answer"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class QuizWithdrawn(QuizError):
    """No question of the quiz is left in the bank."""

    code = "withdrawn"
    status = 410
