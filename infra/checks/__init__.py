"""Checks of rendered manifests: schemas, what a cluster accepts although it is wrong, and our own rules.

`python -m infra.checks rendered.yaml` prints what is wrong.
"""

from infra.checks.admission import admission_problems
from infra.checks.annotations import annotation_problems, scale_problems
from infra.checks.callers import caller_problems
from infra.checks.events import event_problems
from infra.checks.manifests import Manifests, Problem
from infra.checks.network_policies import fence_problems
from infra.checks.services import service_problems
from infra.checks.strict import schema_problems

__all__ = ["RULES", "Manifests", "Problem", "problems"]

RULES = (
    admission_problems,
    annotation_problems,
    scale_problems,
    service_problems,
    event_problems,
    caller_problems,
    fence_problems,
)


def problems(manifests: Manifests) -> list[Problem]:
    """Return all problems; the rules are asked only once the schemas are satisfied."""
    return sorted(schema_problems(manifests)) or sorted({p for rule in RULES for p in rule(manifests)})
