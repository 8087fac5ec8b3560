"""Old and new side by side: canary, promote, rollback, by kn's traffic split.

A KafkaSource sends to the Service's route: the new revision gets its share at random, not by student.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.checks.manifests import at
from infra.deploy.errors import Refused
from infra.deploy.request import Request
from infra.deploy.steps import GRACE_S, Step, apply, settings, waiting
from infra.deploy.tree import Tree

TAG = "candidate"
STATE, CHANGED = "serving.knative.dev/routingState", "serving.knative.dev/routingStateModified"
NAME_IT = "name it, REVISION=...; kn revision list shows them"
Live = dict[str, Any]


def serving(live: Live) -> str:
    """Return the revision that has most of the traffic; raises Refused when none is ready."""
    targets = [
        target
        for target in at(live, "spec", "traffic", default=[])
        if target.get("revisionName") and _share(target)
    ]
    stable = [target for target in targets if target.get("tag") != TAG] or targets
    if stable:
        return str(max(stable, key=_share)["revisionName"])
    latest = at(live, "status", "latestReadyRevisionName", default="")
    if not latest:
        raise Refused(f"{at(live, 'metadata', 'name')} has no ready revision")
    return str(latest)


def pinned(live: Live) -> bool:
    """Whether the traffic is pinned to revisions, so that a new one would get none."""
    return any(target.get("revisionName") for target in at(live, "spec", "traffic", default=[]))


def canary(tree: Tree, request: Request, live: Live) -> list[Step]:
    """Pin what serves now, bring the new revision up without traffic, then give it its share."""
    (service,), current = request.only, serving(live)
    rest = f"{current}={100 - request.percent}"
    return [
        *settings(tree, [service]),
        update(tree, request, "--traffic", f"{current}=100"),
        *apply(tree, service, request),
        update(
            tree,
            request,
            "--tag",
            f"@latest={TAG}",
            "--traffic",
            rest,
            "--traffic",
            f"{TAG}={request.percent}",
        ),
    ]


def promote(tree: Tree, request: Request, live: Live) -> list[Step]:
    """Give all traffic to the latest revision, and to whichever comes after it."""
    return [update(tree, request, *untag(live), "--traffic", "@latest=100")]


def rollback(tree: Tree, request: Request, live: Live) -> list[Step]:
    """Give all traffic back to the revision from before, or to a named one."""
    if not request.revision and not pinned(live):
        raise Refused(f"no canary is on, and nothing is known of the revision from before: {NAME_IT}")
    return [update(tree, request, *untag(live), "--traffic", f"{request.revision or serving(live)}=100")]


def before(there: list[Live]) -> str:
    """Return the ready revision that lost its traffic last; raises Refused when that is not known.

    Knative writes down when a revision was given traffic or lost it: a canary that was rolled back is younger
    than what served then, but lost its traffic earlier than that did by the next promotion.
    """
    left = sorted(
        (datetime.fromisoformat(when), str(at(one, "metadata", "name")))
        for one in there
        if _is_ready(one) and at(one, "metadata", "labels", STATE) == "reserve"
        if (when := at(one, "metadata", "annotations", CHANGED))
    )
    if not left:
        raise Refused(f"no ready revision is known to have served before: {NAME_IT}")
    if [when for when, _ in left].count(left[-1][0]) > 1:
        last = ", ".join(name for when, name in left if when == left[-1][0])
        raise Refused(f"{last} lost their traffic at the same time: {NAME_IT}")
    return left[-1][1]


def check_revision(revision: str, there: list[Live]) -> None:
    """Refuse a revision that cannot serve; kn would set the traffic to one that is not there, then fail."""
    ready = [one["metadata"]["name"] for one in there if _is_ready(one)]
    if revision not in ready:
        known = ", ".join(sorted(ready)) or "none"
        raise Refused(f"REVISION: {revision} is not ready; those that are: {known}")


def update(tree: Tree, request: Request, *flags: str) -> Step:
    """Change the traffic of a Service."""
    (service,) = request.only
    command = ("kn", "service", "update", service, "-n", tree.namespace, *flags)
    return Step((*command, *waiting(request)), request.wait_s + GRACE_S, service)


def untag(live: Live) -> tuple[str, ...]:
    """Take the tag away if it is there; kn refuses to remove one that is not."""
    tags = {target.get("tag") for target in at(live, "spec", "traffic", default=[])}
    return ("--untag", TAG) if TAG in tags else ()


def _is_ready(live: Live) -> bool:
    conditions = at(live, "status", "conditions", default=[])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _share(target: dict[str, Any]) -> int:
    return int(target.get("percent") or 0)
