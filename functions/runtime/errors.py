"""What can go wrong in a function.

LearnFlowError
├── ConfigurationError     a setting is missing or wrong
├── MigrationFailed        a migration file cannot be applied
├── Reject                 the event can never be handled        -> dead letter
│   └── Malformed          it is no event of ours
│       └── Forged         it is not who it says it is
├── RetryLater                  try again, it is not the event's fault -> 503
│   ├── NotReady           the function has not started yet
│   ├── Stalled            something else held the process up
│   ├── DatabaseDown       PostgreSQL cannot be reached
│   └── PublishFailed      a KafkaSink did not take an event
├── InProgress             another delivery is being handled      -> 409
├── HandledBefore          another delivery came first            -> what it left is published
└── NotBuilding            a rebuild is finished that was never begun
"""

from __future__ import annotations

import re
from traceback import format_tb

HIDDEN = "(hidden)"
QUOTED = re.compile(r"""(['"]).*(\1)""", re.DOTALL)


class LearnFlowError(Exception):
    """Base of all errors of LearnFlow; `code` is stable, `status` is the HTTP status it becomes."""

    code = "internal"
    status = 500


class ConfigurationError(LearnFlowError):
    """A setting is missing or has a wrong value."""

    code = "configuration"


class MigrationFailed(LearnFlowError):
    """A migration file could not be applied; nothing of it was kept."""

    code = "migration-failed"


class Reject(LearnFlowError):
    """The event can never be handled: it goes to the dead letter at once."""

    code = "rejected"
    status = 422


class Malformed(Reject):
    """The event is not one of ours; `code` says in which way."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Forged(Malformed):
    """Nothing that the event says of itself can be believed: it goes by its content, not by its id."""


class RetryLater(LearnFlowError):
    """The event cannot be handled now, through no fault of its own; it is delivered again."""

    code = "later"
    status = 503


class NotReady(RetryLater):
    """The function has not finished its start-up."""

    code = "not-ready"


class Stalled(RetryLater):
    """The handler ran out of time because the event loop was held up meanwhile, by whatever it was."""

    code = "stalled"


class DatabaseDown(RetryLater):
    """PostgreSQL cannot be reached."""

    code = "database-down"


class PublishFailed(RetryLater):
    """A KafkaSink did not take an event; the row stays in the outbox."""

    code = "publish-failed"


class InProgress(LearnFlowError):
    """Another delivery of the same event is being handled."""

    code = "in-progress"
    status = 409


class HandledBefore(LearnFlowError):
    """Another delivery of the same event came first; what this one did is rolled back."""

    code = "handled-before"
    status = 409


class NotBuilding(LearnFlowError):
    """The generation is not the one being built."""

    code = "not-building"
    status = 409


def redacted(error: BaseException) -> str:
    """Say what went wrong without what the error quotes: that may be a student's text."""
    return f"{type(error).__name__}: {QUOTED.sub(HIDDEN, str(error))}"


def redacted_traceback(error: BaseException) -> str:
    """Say where an error and those before it came from, without what they quote."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = "" if before is None else f"{redacted_traceback(before)}\nthen:\n"
    return f"{earlier}{''.join(format_tb(error.__traceback__))}{redacted(error)}"


def ours(error: Exception) -> LearnFlowError:
    """Give an error of others our form, without what it quotes."""
    return error if isinstance(error, LearnFlowError) else LearnFlowError(redacted(error))
