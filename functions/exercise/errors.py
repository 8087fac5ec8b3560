"""What can go wrong in exercises.

LearnFlowError
├── BankError          an exercise of the bank is not as it should be
└── NotVerified        an exercise did not stand the test of the sandbox
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class BankError(LearnFlowError):
    """An exercise of the bank is not as it should be; the message names it."""

    code = "exercise-bank"


class NotVerified(LearnFlowError):
    """An exercise did not stand the test: solution, starter code, known wrong programs."""

    code = "exercise-not-verified"
