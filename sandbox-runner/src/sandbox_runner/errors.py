"""What can go wrong on our side.

SandboxError
├── SettingError       a setting has a value that cannot be used
├── Unavailable        gVisor, libseccomp or a cell is not to be had; nothing is run
│   └── Busy           the queue is full or the wait too long
│       └── TooMany    one student has too many executions in line
└── BadRequest         the request itself cannot be accepted
    └── TooLarge       a part of it is over its limit
"""

from __future__ import annotations

__all__ = ["BadRequest", "Busy", "SandboxError", "SettingError", "TooLarge", "TooMany", "Unavailable"]


class SandboxError(Exception):
    """Base of all errors of the runner."""

    status = 500
    title = "Internal error"


class SettingError(SandboxError):
    """An environment variable has a value that cannot be used."""


class Unavailable(SandboxError):
    """Nothing can be run at the moment."""

    status = 503
    title = "Sandbox not available"
    retry_after_s = 2


class Busy(Unavailable):
    """Too many executions are waiting already."""

    title = "Sandbox busy"
    retry_after_s = 1


class TooMany(Busy):
    """One student has too many executions in line."""

    status = 429
    title = "Too many executions of one student"


class BadRequest(SandboxError):
    """A field of the request is wrong."""

    status = 422
    title = "Invalid request"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


class TooLarge(BadRequest):
    """A field of the request is over its limit."""

    status = 413
    title = "Request too large"
