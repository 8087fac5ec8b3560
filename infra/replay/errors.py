"""What can stop a replay.

ReplayError
├── Refused         the request makes no sense, or must not be done; nothing was changed
├── Unreachable     Kafka, PostgreSQL or the cluster does not answer
└── CommandFailed   kubectl, or the stand-in for it, said no
"""

from __future__ import annotations


class ReplayError(Exception):
    """Base of the errors that a command line shows as one line."""


class Refused(ReplayError):
    """The request makes no sense, or must not be done; nothing was changed."""


class Unreachable(ReplayError):
    """A server does not answer."""


class CommandFailed(ReplayError):
    """A program said no, or nothing in time."""
