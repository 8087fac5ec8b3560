"""Our own rules for what may talk to what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.checks.manifests import Manifest, Manifests, Problem, at, name, variables
from infra.checks.services import RUNNER

BOTH = ["Ingress", "Egress"]
IN_CLUSTER = re.compile(
    r"https?://[a-z0-9-]+\.(?P<namespace>[a-z0-9-]+)\.svc\.cluster\.local(?P<path>/[^\s]*)?"
)


def fence_problems(manifests: Manifests) -> Iterator[Problem]:
    """Yield holes in the fence, and credentials where none belong."""
    policies = list(manifests.kind("NetworkPolicy"))
    if not any(at(p, "spec", "podSelector") == {} and at(p, "spec", "policyTypes") == BOTH for p in policies):
        yield Problem("NetworkPolicy", "none denies everything by default")
    for policy in policies:
        yield from (Problem(name(policy), text) for text in _policy(policy, manifests))
    for secret in manifests.kind("Secret"):
        yield Problem(name(secret), "Secrets are not written into manifests")
    for account in manifests.kind("ServiceAccount"):
        if account.get("automountServiceAccountToken") is not False:
            yield Problem(name(account), "hands its token to every pod")
    yield from _reachability(manifests, policies)
    yield from _doors(manifests, policies)
    yield from _addresses(manifests)


def _policy(policy: Manifest, manifests: Manifests) -> Iterator[str]:
    for rule in at(policy, "spec", "ingress", default=[]):
        if not rule.get("from"):
            yield "lets everybody in"
    runner = _labels(manifests.service(RUNNER)) if RUNNER in _service_names(manifests) else {}
    if at(policy, "spec", "egress") and selects(at(policy, "spec", "podSelector"), runner):
        yield "gives the sandbox a way out"


def _reachability(manifests: Manifests, policies: list[Manifest]) -> Iterator[Problem]:
    """Who has a model's key needs a way to the model, and nobody else has one but the gateway."""
    model = {
        one for one in _service_names(manifests) if "OPENAI_API_KEY" in variables(manifests.service(one))
    }
    out = {
        one
        for policy in policies
        for one in _service_names(manifests)
        if any(
            "ipBlock" in to for rule in at(policy, "spec", "egress", default=[]) for to in rule.get("to", [])
        )
        and selects(at(policy, "spec", "podSelector"), _labels(manifests.service(one)))
    }
    if policies and out != model | {"gateway"}:
        yield Problem(
            "NetworkPolicy internet", f"is for {sorted(out)}, but needed by {sorted(model | {'gateway'})}"
        )


def _doors(manifests: Manifests, policies: list[Manifest]) -> Iterator[Problem]:
    """With everything denied by default, what a Service lives by has to be let through."""
    for service in manifests.services():
        who, labels = at(service, "metadata", "name"), _labels(service)
        own = [policy for policy in policies if selects(at(policy, "spec", "podSelector"), labels)]
        wanted = [("ingress", 8012, "requests through queue-proxy")]
        if who != RUNNER:
            wanted += [
                ("egress", 53, "names"),
                ("egress", 5432, "PostgreSQL"),
                ("egress", 8080, "KafkaSinks"),
            ]
        for way, port, what in wanted:
            if own and port not in _ports(own, way):
                yield Problem(name(service), f"no NetworkPolicy lets {what} through ({way} {port})")


def _ports(policies: list[Manifest], way: str) -> set[int]:
    return {
        port["port"]
        for p in policies
        for rule in at(p, "spec", way, default=[])
        for port in rule.get("ports", [])
    }


def _addresses(manifests: Manifests) -> Iterator[Problem]:
    """An overlay talks to its own namespace, never to another environment's."""
    own = {at(service, "metadata", "namespace") for service in manifests.services()}
    for key, value in manifests.settings().items():
        match = IN_CLUSTER.search(value)
        if match is None:
            continue
        meant = (match["path"] or "/").split("/")[1] if "kafka-sink-ingress" in value else match["namespace"]
        if {meant} != own:
            yield Problem(
                f"setting {key}", f"{value} is not in the namespace {', '.join(sorted(map(str, own)))}"
            )


def selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    """Whether a podSelector matches a pod's labels."""
    wanted = selector.get("matchLabels", {})
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _matches(expression, labels) for expression in selector.get("matchExpressions", [])
    )


def _matches(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values", [])
    return {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[expression["operator"]]


def _labels(service: Manifest) -> dict[str, str]:
    """Return the labels of a Service's pods; Knative adds its own."""
    own = at(service, "spec", "template", "metadata", "labels", default={})
    return {**own, "serving.knative.dev/service": at(service, "metadata", "name")}


def _service_names(manifests: Manifests) -> set[str]:
    return {at(one, "metadata", "name") for one in manifests.services()}
