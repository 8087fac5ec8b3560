"""What can go wrong in the domain.

LearnFlowError
└── DomainError
    ├── BadAnswer       an answer to a quiz does not fit its questions; `field` says which one
    ├── BadPeriod       days that cannot be asked for; `field` says which end is wrong
    ├── QuizWithdrawn   all questions of a quiz left the bank since it was given
    ├── UnknownZone     there is no such time zone
    └── NotBuilding     a rebuild is finished that was never begun
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class DomainError(LearnFlowError):
    """Base of the errors of the domain."""

    status = 422
    retryable = False


class BadAnswer(DomainError):
    """An answer does not fit the quiz."""

    code = "bad-answer"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class BadPeriod(DomainError):
    """These days cannot be asked for."""

    code = "bad-period"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class QuizWithdrawn(DomainError):
    """No question of the quiz is left in the bank."""

    code = "withdrawn"
    status = 410


class UnknownZone(DomainError):
    """There is no such time zone."""

    code = "unknown-time-zone"


class NotBuilding(DomainError):
    """The generation is not the one being built."""

    code = "not-building"
    status = 409
