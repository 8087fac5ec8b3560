"""What can go wrong in a review.

LearnFlowError
└── RetryLater
    └── LinterFailed     ruff gave no findings in time; without them the number would not be the same
"""

from __future__ import annotations

from functions.runtime.errors import RetryLater


class LinterFailed(RetryLater):
    """Ruff gave no findings; the review is tried again, so that the same code gets the same number."""

    code = "linter-failed"
