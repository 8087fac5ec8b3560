"""What can go wrong on the local machine.

LocalError
├── SettingError      a variable has a value that means nothing
├── SetupError        a tool could not be made ready
├── StartError        a process did not become ready
├── AlreadyRunning    a system with the same home is up
├── NotRunning        no system with this home is up
├── DemoFailed        the system did not answer as it should
└── PortTaken         the port asked for is used by somebody else
"""

from __future__ import annotations


class LocalError(Exception):
    """Base of the errors that a command line shows as one line."""


class SettingError(LocalError):
    """An environment variable has a value that means nothing."""


class SetupError(LocalError):
    """A tool could not be installed or does not work here."""


class StartError(LocalError):
    """A process ended, or was not ready in time; the message has the end of its log."""


class AlreadyRunning(LocalError):
    """A system with the same home is up."""


class NotRunning(LocalError):
    """No system with this home is up."""


class DemoFailed(LocalError):
    """The system did not answer as it should."""


class PortTaken(LocalError):
    """The port asked for is used by another process."""
