"""What can go wrong in exercises.

LearnFlowError
├── BankError          an exercise of the bank is not as it should be
├── NotVerified        an exercise did not stand the test of the sandbox
└── SandboxAway        the sandbox gave no answer; counted, so that a student is told in the end
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class BankError(LearnFlowError):
    """An exercise of the bank is not as it should be; the message names it."""

    code = "exercise-bank"
    retryable = False


class NotVerified(LearnFlowError):
    """An exercise did not stand the test: solution, starter code, known wrong programs."""

    code = "exercise-not-verified"
    retryable = False


class SandboxAway(LearnFlowError):
    """The sandbox is busy or broken: nobody's program is to blame."""

    code = "sandbox-away"
    status = 503
