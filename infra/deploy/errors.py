"""What can stop a deployment.

DeployError
├── Refused          nothing was changed
├── CommandFailed    a command failed or took too long; what came before it stands
└── NotInForce       all was applied, but the cluster does something else
"""

from __future__ import annotations


class DeployError(Exception):
    """A deployment cannot go on."""


class Refused(DeployError):
    """The request, the manifests or the state of the cluster forbid it."""


class CommandFailed(DeployError):
    """A program said no, or nothing in time."""


class NotInForce(DeployError):
    """A KafkaSource is Ready and works by an older contract."""
