"""What can go wrong in a review.

LearnFlowError
└── LinterFailed     ruff failed; without its findings the number would not be the same
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class LinterFailed(LearnFlowError):
    """Ruff failed; the review is tried again, a few times, so that the same code gets the same number."""

    code = "linter-failed"
