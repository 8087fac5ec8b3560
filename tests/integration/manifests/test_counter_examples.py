"""Each mistake is caught: by the schemas, or by a check where a real cluster accepts it."""

from __future__ import annotations

from typing import Any

import pytest

from infra.checks import Manifests, problems
from tests.support.mutations import (
    CONTAINER,
    REVISION,
    SCALING,
    Mutation,
    add,
    both,
    drop,
    find,
    mutated,
    put,
    remove,
)
from tests.support.overlays import overlay

SOURCE = ("KafkaSource", "triage-learning-requests")
SINK = ("KafkaSink", "learning-requests")
TRIAGE = ("Service", "triage")
GATEWAY = ("Service", "gateway")
RUNNER = ("Service", "sandbox-runner")
TOPIC = ("KafkaTopic", "learning.requests")
PING = ("PingSource", "outbox-sweep")
DELIVERY = ("spec", "delivery")
SIDECAR = "queue.sidecar.serving.knative.dev"
AUTOSCALING = "autoscaling.knative.dev"
VOLUME = {"name": "w", "emptyDir": {"medium": "Memory"}}

UNKNOWN_TO_SCHEMAS = {
    "misspelt probe": (put(*TRIAGE, *CONTAINER, "readinessProb", value={}), "readinessProb"),
    "misspelt delivery field": (put(*SOURCE, *DELIVERY, "retries", value=3), "retries"),
    "misspelt size of a volume": (
        put(*RUNNER, *REVISION, "volumes", 0, "emptyDir", "sizeLimt", value="1Mi"),
        "sizeLimt",
    ),
    "grace period": (put(*TRIAGE, *REVISION, "terminationGracePeriodSeconds", value=60), "terminationGrace"),
    "lifecycle": (put(*TRIAGE, *CONTAINER, "lifecycle", value={}), "lifecycle"),
    "sink of another kind of delivery": (put(*SINK, "spec", "delivery", value={}), "delivery"),
    "number as text": (put(*SOURCE, *DELIVERY, "retry", value="8"), "retry"),
    "no topic": (drop(*SINK, "spec", "topic"), "topic"),
    "version that is not served": (put(*SINK, "apiVersion", value="eventing.knative.dev/v1"), "not a kind"),
    "retry of a PingSource": (put(*PING, "spec", "delivery", value={}), "delivery"),
    "port of a policy": (
        put("NetworkPolicy", "requests", "spec", "ingress", 0, "ports", 0, "prot", value=1),
        "prot",
    ),
    "account with a misspelt field": (
        put("ServiceAccount", "learnflow-function", "automountServiceAcountToken", value=False),
        "automountServiceAcountToken",
    ),
    "metadata": (put(*TRIAGE, "metadata", "label", value={}), "label"),
    "misspelt topic field": (put(*TOPIC, "spec", "partition", value=3), "partition"),
}
ACCEPTED_BY_A_CLUSTER = {
    "duration of another language": (put(*SOURCE, *DELIVERY, "backoffDelay", value="2s"), "ISO 8601"),
    "empty duration": (put(*SOURCE, *DELIVERY, "timeout", value="PT"), "ISO 8601"),
    "policy": (put(*SOURCE, *DELIVERY, "backoffPolicy", value="expo"), "'expo'"),
    "no delay": (put(*SOURCE, *DELIVERY, "backoffDelay", value="PT0S"), "millisecond"),
    "no retry": (drop(*SOURCE, *DELIVERY, "retry"), "delivery has no retry"),
    "no timeout": (drop(*SOURCE, *DELIVERY, "timeout"), "delivery has no timeout"),
    "no delivery": (drop(*SOURCE, "spec", "delivery"), "delivery has no retry, backoffPolicy"),
    "no dead letter": (drop(*SOURCE, *DELIVERY, "deadLetterSink"), "no deadLetterSink"),
    "dead letter that is not there": (remove("KafkaSink", "dead-letter"), "not among the manifests"),
    "hours for one event": (put(*SOURCE, *DELIVERY, "retry", value=14), "one event could take"),
    "bootstrap without a port": (put(*SOURCE, "spec", "bootstrapServers", 0, value="kafka"), "host:port"),
    "sink's bootstrap without a port": (
        put(*SINK, "spec", "bootstrapServers", 0, value="kafka"),
        "host:port",
    ),
    "key type": (
        put(*SOURCE, "metadata", "labels", "kafkasources.sources.knative.dev/key-type", value="uuid"),
        "'uuid' means nothing",
    ),
    "partitions alone": (put(*SINK, "spec", "numPartitions", value=3), "would make its topic"),
    "a topic of its own": (
        both(put(*SINK, "spec", "numPartitions", value=3), put(*SINK, "spec", "replicationFactor", value=1)),
        "would make its topic",
    ),
    "no group": (drop(*SOURCE, "spec", "consumerGroup"), "consumerGroup is not learnflow.triage"),
    "group used twice": (
        put(
            "KafkaSource",
            "debug-debug-requests",
            "spec",
            "consumerGroup",
            value="learnflow.triage.learning.requests",
        ),
        "used twice",
    ),
    "latest": (put(*SOURCE, "spec", "initialOffset", value="latest"), "initialOffset is not earliest"),
    "ordered by default": (drop(*SOURCE, "spec", "ordering"), "ordering is not unordered"),
    "asleep": (put(*SOURCE, "spec", "consumers", value=0), "consumers"),
    "extension with a hyphen": (
        put(*SOURCE, "spec", "ceOverrides", value={"extensions": {"re-play": "true"}}),
        "'re-play'",
    ),
    "sink that is not there": (put(*SOURCE, "spec", "sink", "ref", "name", value="nope"), "no Service"),
    "topic that is not there": (remove(*TOPIC), "no KafkaTopic"),
    "misspelt annotation": (put(*TRIAGE, *SCALING, f"{AUTOSCALING}/min-scal", value="1"), "misspelt"),
    "old spelling": (put(*TRIAGE, *SCALING, f"{AUTOSCALING}/minScale", value="1"), "misspelt"),
    "annotation in the wrong place": (
        put(*TRIAGE, "metadata", "annotations", f"{AUTOSCALING}/min-scale", value="1"),
        "misplaced",
    ),
    "window": (put(*TRIAGE, *SCALING, f"{AUTOSCALING}/window", value="2s"), "means nothing"),
    "no pod at the start": (
        put(*TRIAGE, *SCALING, f"{AUTOSCALING}/initial-scale", value="0"),
        "means nothing",
    ),
    "kept for hours": (
        put(*RUNNER, *SCALING, f"{AUTOSCALING}/scale-to-zero-pod-retention-period", value="2h"),
        "means nothing",
    ),
    "target of nothing": (put(*TRIAGE, *SCALING, f"{AUTOSCALING}/target", value="0"), "means nothing"),
    "capital letter in an annotation": (
        put(*TRIAGE, *SCALING, f"{AUTOSCALING}/Max-Scale", value="4"),
        "misspelt",
    ),
    "limit of queue-proxy that is no quantity": (
        put(*RUNNER, *SCALING, f"{SIDECAR}/memory-resource-limit", value="96MB"),
        "means nothing",
    ),
    "misspelt visibility": (
        put(*TRIAGE, "metadata", "labels", "networking.knative.dev/visibilty", value="cluster-local"),
        "misspelt",
    ),
    "slower to start than it is given": (
        put(*TRIAGE, *CONTAINER, "startupProbe", "failureThreshold", value=300),
        "progress-deadline ends it",
    ),
    "start later than the end": (
        put(*TRIAGE, *REVISION, "responseStartTimeoutSeconds", value=90),
        "never counts",
    ),
}
REFUSED_BY_A_CLUSTER = {
    "no time at all": (put(*GATEWAY, *REVISION, "timeoutSeconds", value=0), "within 1..600"),
    "capital letters": (put(*TRIAGE, "metadata", "name", value="Triage"), "Triage"),
    "name that is too long": (put(*TRIAGE, "metadata", "name", value="t" * 64), "at most 63"),
    "name with a dot": (put(*TRIAGE, "metadata", "name", value="tri.age"), "at most 63"),
    "port by another name": (
        put(*TRIAGE, *CONTAINER, "ports", value=[{"containerPort": 8080, "name": "http"}]),
        "not allowed",
    ),
    "pod's own field": (
        put(
            *TRIAGE, *CONTAINER, "env", 0, value={"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "a"}}}
        ),
        "feature flag",
    ),
    "two containers": (
        put(*TRIAGE, *REVISION, "containers", 1, value={"image": "a/b:1", "name": "b"}),
        "exactly one container",
    ),
    "volume of the host": (
        put(*RUNNER, *REVISION, "volumes", 0, value={"name": "tmp", "hostPath": {"path": "/"}}),
        "feature flag",
    ),
    "too long": (put(*GATEWAY, *REVISION, "timeoutSeconds", value=601), "within 1..600"),
    "startup probe without a port": (
        drop(*TRIAGE, *CONTAINER, "startupProbe", "httpGet", "port"),
        "without a port",
    ),
    "readiness limits without a period": (
        put(*TRIAGE, *CONTAINER, "readinessProbe", "timeoutSeconds", value=1),
        "need a periodSeconds",
    ),
    "node selector": (put(*TRIAGE, *REVISION, "nodeSelector", value={"a": "b"}), "feature flag"),
    "token": (put(*TRIAGE, *REVISION, "automountServiceAccountToken", value=True), "has to be false"),
    "reserved variable": (put(*TRIAGE, *CONTAINER, "env", 0, "name", value="PORT"), "Knative's own"),
    "two ports": (
        put(*TRIAGE, *CONTAINER, "ports", value=[{"containerPort": 8080}, {"containerPort": 8081}]),
        "more than one port",
    ),
    "port of queue-proxy": (
        put(*TRIAGE, *CONTAINER, "ports", value=[{"containerPort": 8012}]),
        "not allowed",
    ),
    "more than the limit": (
        put(*TRIAGE, *CONTAINER, "resources", "requests", "memory", value="1Gi"),
        "asks for more memory",
    ),
    "unit that there is not": (
        put(*TRIAGE, *CONTAINER, "resources", "limits", "memory", value="256MB"),
        "is not a quantity",
    ),
    "number in words": (put(*TRIAGE, *SCALING, f"{AUTOSCALING}/max-scale", value="four"), "means nothing"),
    "volume that nobody mounts": (put(*TRIAGE, *REVISION, "volumes", value=[VOLUME]), "not mounted"),
    "account that is not there": (remove("ServiceAccount", "learnflow-function"), "refuse the Service"),
    "runtime class that is not there": (remove("RuntimeClass", "gvisor"), "RuntimeClass has to be there"),
}
AGAINST_OUR_RULES = {
    "public function": (
        drop(*TRIAGE, "metadata", "labels", "networking.knative.dev/visibility"),
        "gateway alone is public",
    ),
    "private gateway": (
        put(*GATEWAY, "metadata", "labels", "networking.knative.dev/visibility", value="cluster-local"),
        "gateway alone is public",
    ),
    "traffic in a manifest": (
        put(*TRIAGE, "spec", "traffic", value=[{"latestRevision": True, "percent": 100}]),
        "would undo them",
    ),
    "ten minutes of Unknown": (
        drop(*TRIAGE, *SCALING, "serving.knative.dev/progress-deadline"),
        "no progress-deadline",
    ),
    "nobody gets in": (remove("NetworkPolicy", "requests"), "ingress 8012"),
    "no names": (drop("NetworkPolicy", "state-and-events", "spec", "egress", 0), "lets names through"),
    "no database": (drop("NetworkPolicy", "state-and-events", "spec", "egress", 1), "PostgreSQL"),
    "no sinks": (drop("NetworkPolicy", "state-and-events", "spec", "egress", 2), "KafkaSinks"),
    "no limit to scaling": (drop(*TRIAGE, *SCALING, f"{AUTOSCALING}/max-scale"), "no max-scale"),
    "no word on concurrency": (drop(*TRIAGE, *REVISION, "containerConcurrency"), "containerConcurrency"),
    "no time to drain": (put(*TRIAGE, *REVISION, "timeoutSeconds", value=45), "no time is left"),
    "streams cut": (put(*GATEWAY, *REVISION, "timeoutSeconds", value=290), "cuts streams"),
    "as root": (put(*TRIAGE, *CONTAINER, "securityContext", "runAsGroup", value=0), "runAsGroup"),
    "queue-proxy's user": (
        put(*RUNNER, *CONTAINER, "securityContext", "runAsUser", value=65532),
        "runAsUser",
    ),
    "writable": (drop(*TRIAGE, *CONTAINER, "securityContext", "readOnlyRootFilesystem"), "readOnlyRoot"),
    "no seccomp": (drop(*TRIAGE, *CONTAINER, "securityContext", "seccompProfile"), "seccompProfile"),
    "capabilities": (drop(*TRIAGE, *CONTAINER, "securityContext", "capabilities"), "capabilities"),
    "no limits": (drop(*TRIAGE, *CONTAINER, "resources", "limits"), "no limit for cpu"),
    "secret in the open": (
        put(*TRIAGE, *CONTAINER, "env", 4, value={"name": "DATABASE_URL", "value": "postgresql://u:p@h/d"}),
        "has to come from a Secret",
    ),
    "Secret in the manifests": (
        add({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}}),
        "not written into manifests",
    ),
    "another's target": (put(*TRIAGE, *CONTAINER, "env", 0, "value", value="debug"), "FUNCTION_TARGET"),
    "no signature type": (drop(*TRIAGE, *CONTAINER, "env", 1), "FUNCTION_SIGNATURE_TYPE is not cloudevent"),
    "no pool": (drop(*TRIAGE, *CONTAINER, "env", 2), "DATABASE_POOL_MAX"),
    "no liveness probe": (drop(*TRIAGE, *CONTAINER, "livenessProbe"), "livenessProbe"),
    "slow readiness": (put(*TRIAGE, *CONTAINER, "readinessProbe", "periodSeconds", value=5), "every 50 ms"),
    "fewer requests than programs": (
        put(*RUNNER, *REVISION, "containerConcurrency", value=1),
        "at least the 32 programs",
    ),
    "runner that keeps callers": (put(*RUNNER, *REVISION, "timeoutSeconds", value=300), "above 90"),
    "no limit under gVisor": (
        drop(*RUNNER, *SCALING, f"{SIDECAR}/memory-resource-limit"),
        "queue-proxy has no limits",
    ),
    "small pod": (put(*RUNNER, *CONTAINER, "resources", "limits", "memory", value="400Mi"), "3032 MiB"),
    "runner for everybody": (put(*RUNNER, *CONTAINER, "env", 0, "value", value="0.0.0.0"), "127.0.0.1"),
    "runner with a liveness probe": (
        put(*RUNNER, *CONTAINER, "livenessProbe", value={"httpGet": {"path": "/health/live"}}),
        "127.0.0.1",
    ),
    "runner with a secret": (
        put(*RUNNER, *CONTAINER, "envFrom", value=[{"secretRef": {"name": "learnflow-database"}}]),
        "settings from elsewhere",
    ),
    "runner without gVisor": (drop(*RUNNER, *REVISION, "runtimeClassName"), "gVisor comes by"),
    "open fence": (remove("NetworkPolicy", "default-deny"), "none denies"),
    "door for everybody": (
        put("NetworkPolicy", "requests", "spec", "ingress", 0, "from", value=[]),
        "lets everybody",
    ),
    "way out of the sandbox": (
        put("NetworkPolicy", "internet", "spec", "podSelector", value={}),
        "gives the sandbox a way out",
    ),
    "no way to the model": (
        put(
            "NetworkPolicy",
            "internet",
            "spec",
            "podSelector",
            "matchExpressions",
            0,
            "values",
            value=["gateway"],
        ),
        "needed by",
    ),
    "token for every pod": (
        drop("ServiceAccount", "learnflow-sandbox", "automountServiceAccountToken"),
        "its token",
    ),
    "kept for ever": (
        put(*TOPIC, "spec", "config", "retention.ms", value=-1),
        "longer than functions remember",
    ),
    "one copy": (put(*TOPIC, "spec", "replicas", value=2), "no broker may fail"),
    "schedule": (put(*PING, "spec", "schedule", value="every day"), "schedule or data"),
    "schedule with Sunday as 7": (put(*PING, "spec", "schedule", value="0 0 * * 7"), "not within 0-6"),
    "schedule with the last day": (put(*PING, "spec", "schedule", value="0 0 L * *"), "no number"),
    "tick to nobody": (put(*PING, "spec", "sink", "ref", "name", value="nope"), "not among"),
    "structured sink": (put(*SINK, "spec", "contentMode", value="structured"), "not binary"),
}
ALL = UNKNOWN_TO_SCHEMAS | ACCEPTED_BY_A_CLUSTER | REFUSED_BY_A_CLUSTER | AGAINST_OUR_RULES


@pytest.mark.parametrize(("mutation", "said"), ALL.values(), ids=ALL.keys())
def test_a_mistake_is_caught(production: Manifests, mutation: Mutation, said: str) -> None:
    found = [str(problem) for problem in problems(mutated(production, mutation))]
    assert any(said in problem for problem in found), found


def test_another_environments_address_is_caught(production: Manifests) -> None:
    def change(documents: list[dict[str, Any]]) -> None:
        name = next(d["metadata"]["name"] for d in documents if d["kind"] == "ConfigMap")
        find(documents, "ConfigMap", name)["data"]["SANDBOX_URL"] = (
            "http://sandbox-runner.learnflow-staging.svc.cluster.local"
        )

    found = problems(mutated(production, change))
    assert [problem.where for problem in found] == ["setting SANDBOX_URL"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "is missing, all callers would look like one"),
        ("10.42.0.0/16", "lacks the peer of every request"),
        ("127.0.0.0/8,10.42.0.7/16", "host bits"),
        ("127.0.0.0/8,0.0.0.0/0", "would trust every caller"),
    ],
)
def test_networks_that_tell_no_caller_from_another_are_caught(
    production: Manifests, value: str, said: str
) -> None:
    def change(documents: list[dict[str, Any]]) -> None:
        name = next(d["metadata"]["name"] for d in documents if d["kind"] == "ConfigMap")
        find(documents, "ConfigMap", name)["data"]["LEARNFLOW_TRUSTED_NETWORKS"] = value

    (found,) = problems(mutated(production, change))
    assert found.where == "setting LEARNFLOW_TRUSTED_NETWORKS"
    assert said in found.text


@pytest.mark.parametrize("schedule", ["@weekly", "@every 90s", "0 0 ? * MON-FRI", "*/10 * * * * *"])
def test_a_schedule_that_knative_reads_is_no_problem(production: Manifests, schedule: str) -> None:
    assert problems(mutated(production, put(*PING, "spec", "schedule", value=schedule))) == []


def test_without_a_domain_no_network_is_needed() -> None:
    (settings,) = overlay("trial").kind("ConfigMap")
    assert "LEARNFLOW_TRUSTED_NETWORKS" not in settings["data"]
    assert problems(overlay("trial")) == []
