"""What can go wrong in the stand-in.

StandInError
  ManifestError      a manifest that the stand-in does not understand
  PlanError          manifests that do not fit together
"""


class StandInError(Exception):
    """Base of the stand-in's errors."""

    code = "stand_in"


class ManifestError(StandInError):
    """A manifest holds a kind, field or value that the stand-in does not implement."""

    code = "manifest"


class PlanError(StandInError):
    """A manifest refers to something that is not there."""

    code = "plan"
