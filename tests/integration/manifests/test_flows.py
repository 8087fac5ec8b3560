"""The policies and fences let through what has to pass, and nothing that must not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from infra.checks.manifests import Manifest, at
from infra.checks.network_policies import selects
from tests.support.overlays import KNATIVE, build, overlay

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Pod:
    """A pod as NetworkPolicies see it."""

    namespace: str
    labels: Labels


def ours(service: str, component: str = "function") -> Pod:
    labels = {"app.kubernetes.io/component": component, "serving.knative.dev/service": service}
    return Pod("learnflow", labels)


# Labels as in the releases 1.22 and 1.23 of eventing, eventing-kafka-broker, serving and net-kourier.
DISPATCHER = Pod("knative-eventing", {"app": "kafka-source-dispatcher"})
SINKS = Pod("knative-eventing", {"app": "kafka-sink-receiver"})
KAFKA_CONTROLLER = Pod("knative-eventing", {"app": "kafka-controller"})
PING = Pod(
    "knative-eventing",
    {"eventing.knative.dev/source": "ping-source-controller", "sources.knative.dev/role": "adapter"},
)
ACTIVATOR = Pod("knative-serving", {"app": "activator", "role": "activator"})
AUTOSCALER = Pod("knative-serving", {"app": "autoscaler"})
KOURIER_CONTROLLER = Pod("knative-serving", {"app": "net-kourier-controller"})
KOURIER = Pod("kourier-system", {"app": "3scale-kourier-gateway"})
DNS = Pod("kube-system", {"k8s-app": "kube-dns"})
DATABASE = Pod("databases", {"app": "postgresql"})
STRANGER = Pod("default", {"app": "curl"})
TRIAGE, GATEWAY = ours("triage"), ours("gateway", "gateway")
RUNNER, OUTBOX = ours("sandbox-runner", "sandbox"), ours("outbox")
ASKS_FOR_EXECUTIONS = ("exercise", "concepts", "debug", "code-review")
SPACES = {"learnflow": {"app.kubernetes.io/part-of": "learnflow"}}

NEEDED = {
    "events to functions": (DISPATCHER, KOURIER, 8081),
    "ticks to functions": (PING, KOURIER, 8081),
    "probes of routes": (KOURIER_CONTROLLER, KOURIER, 8081),
    "probes of sinks": (KAFKA_CONTROLLER, SINKS, 8080),
    "dead letters of Knative": (DISPATCHER, SINKS, 8080),
    "events of functions": (TRIAGE, SINKS, 8080),
    "events of the gateway": (GATEWAY, SINKS, 8080),
    "the public": (STRANGER, KOURIER, 8080),
    "activator to a function": (ACTIVATOR, TRIAGE, 8012),
    "activator to the runner": (ACTIVATOR, RUNNER, 8012),
    "ingress to the gateway": (KOURIER, GATEWAY, 8012),
    "the autoscaler's figures": (AUTOSCALER, TRIAGE, 9090),
    "executions of the gateway": (GATEWAY, KOURIER, 8081),
    **{f"executions of {who}": (ours(who), KOURIER, 8081) for who in ASKS_FOR_EXECUTIONS},
    "names": (OUTBOX, DNS, 53),
    "the database": (OUTBOX, DATABASE, 5432),
}
FORBIDDEN = {
    "forging events": (STRANGER, SINKS, 8080),
    "forging events from the sandbox": (RUNNER, SINKS, 8080),
    "calling a function past Knative": (STRANGER, TRIAGE, 8080),
    "calling a function through its proxy": (STRANGER, TRIAGE, 8012),
    "calling a function from another": (GATEWAY, TRIAGE, 8012),
    "calling a function through the inner door": (STRANGER, KOURIER, 8081),
    "names for the sandbox": (RUNNER, DNS, 53),
    "the database for the sandbox": (RUNNER, DATABASE, 5432),
    "the sandbox for who has no business there": (TRIAGE, KOURIER, 8081),
}


def policies() -> list[Manifest]:
    return [
        *overlay("production").kind("NetworkPolicy"),
        *build(KNATIVE / "cluster").kind("NetworkPolicy"),
    ]


def passes(origin: Pod, target: Pod, port: int) -> bool:
    return allowed(origin, target, port, "egress") and allowed(target, origin, port, "ingress")


def allowed(pod: Pod, other: Pod, port: int, way: str) -> bool:
    """Whether the policies of a pod let it talk to another, one way."""
    own = [
        policy
        for policy in policies()
        if policy["metadata"]["namespace"] == pod.namespace
        and way.capitalize() in policy["spec"]["policyTypes"]
        and selects(policy["spec"]["podSelector"], pod.labels)
    ]
    rules = [rule for policy in own for rule in at(policy, "spec", way, default=[])]
    peers = "to" if way == "egress" else "from"
    return not own or any(
        ("ports" not in rule or port in {one["port"] for one in rule["ports"]})
        and (peers not in rule or any(matches(peer, pod, other) for peer in rule[peers]))
        for rule in rules
    )


def matches(peer: Mapping[str, Any], pod: Pod, other: Pod) -> bool:
    if "ipBlock" in peer:
        return False
    space = {"kubernetes.io/metadata.name": other.namespace, **SPACES.get(other.namespace, {})}
    inside = (
        selects(peer["namespaceSelector"], space)
        if "namespaceSelector" in peer
        else other.namespace == pod.namespace
    )
    return inside and selects(peer.get("podSelector", {}), other.labels)


@pytest.mark.parametrize(("origin", "target", "port"), NEEDED.values(), ids=NEEDED.keys())
def test_what_has_to_pass_passes(origin: Pod, target: Pod, port: int) -> None:
    assert passes(origin, target, port)


@pytest.mark.parametrize(("origin", "target", "port"), FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_what_must_not_pass_does_not(origin: Pod, target: Pod, port: int) -> None:
    assert not passes(origin, target, port)
