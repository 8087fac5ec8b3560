"""What can go wrong with progress.

LearnFlowError
└── ProgressError
    ├── BadPeriod       days that cannot be asked for; `field` says which end is wrong
    └── UnknownZone     there is no such time zone
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class ProgressError(LearnFlowError):
    """Base of the errors of progress."""

    status = 422


class BadPeriod(ProgressError):
    """These days cannot be asked for."""

    code = "bad-period"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class UnknownZone(ProgressError):
    """There is no such time zone."""

    code = "unknown-time-zone"
