"""What the gateway refuses.

LearnFlowError
└── Refused                a problem document is the answer
    ├── Unauthenticated    401, who is asking is not known
    ├── Forbidden          403, the role does not allow it
    ├── NotFound           404, it is not there, or it is somebody else's
    ├── Conflict              409, another has it already
    ├── NotNow             409, its state does not allow it
    ├── Gone          410, it was there, and is no longer
    ├── TooLarge           413, the body is over the limit
    ├── Invalid            422, a field has a wrong value
    └── TooMany            429, the allowance is used up

That no program can be run is the client's business, too: SandboxBusy of functions/runtime/sandbox.py.
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class Refused(LearnFlowError):
    """A request that is not carried out; `field` names what is wrong with it."""

    title = "Refused"

    def __init__(self, message: str, *, field: str | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.retry_after_s = retry_after_s


class Unauthenticated(Refused):
    """The caller did not prove who they are."""

    code, status, title = "unauthenticated", 401, "Sign in first"


class Forbidden(Refused):
    """The caller may not do this."""

    code, status, title = "forbidden", 403, "Not allowed"


class NotFound(Refused):
    """There is no such thing for this caller."""

    code, status, title = "not-found", 404, "Not found"


class Conflict(Refused):
    """Somebody else has it."""

    code, status, title = "taken", 409, "Already taken"


class NotNow(Refused):
    """The state of the thing does not allow it."""

    code, status, title = "not-now", 409, "Not possible in this state"


class Gone(Refused):
    """It was there, and will not be again."""

    code, status, title = "withdrawn", 410, "No longer there"


class TooLarge(Refused):
    """The body is over the limit."""

    code, status, title = "too-large", 413, "Body too large"


class Invalid(Refused):
    """A field has a value that cannot be used."""

    code, status, title = "invalid", 422, "Invalid request"


class TooMany(Refused):
    """The allowance of the caller is used up for now."""

    code, status, title = "too-many-requests", 429, "Too many requests"
