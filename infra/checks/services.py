"""Our own rules for Knative Services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infra.checks.delivery import Delivery
from infra.checks.manifests import Manifest, Manifests, Problem, at, container, name, scaling, variables
from infra.checks.quantities import go_seconds, quantity

GATEWAY = "gateway"
RUNNER = "sandbox-runner"
DRAIN_S = 30
STREAM_LIMIT = "LEARNFLOW_STREAM_LIMIT_S"
QUEUE_PROXY_UID = 65532
RUNNER_PLACES = 32
RUNNER_TALK_S, RUNNER_MAX_S = 60, 90
RUNNER_CELL_MIB, RUNNER_KERNEL_MIB = 76, 600
SECRET_NAME = re.compile(r"(KEY|SECRET|PASSWORD|TOKEN|INVITE|DATABASE_(DIRECT_)?URL)$")
LABEL = ("learnflow.example/sandbox", "yes")


def service_problems(manifests: Manifests) -> Iterator[Problem]:
    """Yield breaches of the rules that hold for every Service."""
    for service in manifests.services():
        for rule in (
            _visibility,
            _traffic,
            _time_to_start,
            _time_to_stop,
            _hardening,
            _account,
            _environment,
        ):
            for text in rule(service, manifests):
                yield Problem(name(service), text)
        if at(service, "metadata", "name") == RUNNER:
            yield from (Problem(name(service), text) for text in _runner(service, manifests))
        else:
            yield from (Problem(name(service), text) for text in _function(service))


def _visibility(service: Manifest, _: Manifests) -> Iterator[str]:
    local = at(service, "metadata", "labels", "networking.knative.dev/visibility") == "cluster-local"
    if local == (at(service, "metadata", "name") == GATEWAY):
        yield "the gateway alone is public; all else has the label networking.knative.dev/visibility"


def _traffic(service: Manifest, _: Manifests) -> Iterator[str]:
    if "traffic" in service["spec"]:
        yield "traffic is what canary, promote and rollback set; a manifest would undo them"


def _time_to_start(service: Manifest, _: Manifests) -> Iterator[str]:
    """A revision is given up at its progress deadline, however patient its startupProbe is."""
    probe = at(container(service), "startupProbe", default={})
    takes = probe.get("initialDelaySeconds", 0) + probe.get("periodSeconds", 10) * probe.get(
        "failureThreshold", 3
    )
    deadline = scaling(service).get("serving.knative.dev/progress-deadline")
    if deadline is None:
        yield "no progress-deadline: a revision that crashes stays Unknown for ten minutes"
    elif go_seconds(deadline) <= takes:
        yield f"startupProbe may take {takes} s, but progress-deadline ends it after {deadline}"


def _time_to_stop(service: Manifest, manifests: Manifests) -> Iterator[str]:
    """The pod's grace period is timeoutSeconds, and SIGTERM comes after 30 s without a request."""
    who, limit = at(service, "metadata", "name"), at(service, "spec", "template", "spec", "timeoutSeconds")
    if not isinstance(limit, int) or who == RUNNER:
        return
    if who == GATEWAY and limit <= int(at(variables(service), STREAM_LIMIT, "value", default=limit)):
        yield f"timeoutSeconds {limit} cuts streams before {STREAM_LIMIT} ends them"
    for source in manifests.kind("KafkaSource"):
        if at(source, "spec", "sink", "ref", "name") == who and limit < DRAIN_S + _answer_s(source):
            yield f"timeoutSeconds {limit}: after draining no time is left for an event of {name(source)}"


def _answer_s(source: Manifest) -> float:
    try:
        return Delivery.read(source).timeout_s
    except ValueError:
        return 0.0  # events.py says what is wrong with it


def _hardening(service: Manifest, _: Manifests) -> Iterator[str]:
    found = at(container(service), "securityContext", default={})
    wanted = {
        "runAsNonRoot": True,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    yield from (
        f"securityContext.{key} is not {value}" for key, value in wanted.items() if found.get(key) != value
    )
    for key in ("runAsUser", "runAsGroup"):
        if found.get(key, 0) in (0, QUEUE_PROXY_UID):
            yield f"securityContext.{key} has to be a number of its own, neither root's nor queue-proxy's"


def _account(service: Manifest, manifests: Manifests) -> Iterator[str]:
    account = at(service, "spec", "template", "spec", "serviceAccountName")
    if account not in manifests.names("ServiceAccount"):
        yield f"ServiceAccount {account} is not among the manifests: the webhook would refuse the Service"


def _environment(service: Manifest, manifests: Manifests) -> Iterator[str]:
    for entry in variables(service).values():
        if SECRET_NAME.search(entry["name"]) and "secretKeyRef" not in entry.get("valueFrom", {}):
            yield f"env {entry['name']} is a secret and has to come from a Secret"
    for origin in at(container(service), "envFrom", default=[]):
        wanted = at(origin, "configMapRef", "name")
        if wanted not in manifests.names("ConfigMap"):
            yield f"envFrom {wanted}: no such ConfigMap among the manifests"


def _function(service: Manifest) -> Iterator[str]:
    who, box, found = at(service, "metadata", "name"), container(service), variables(service)
    if at(found, "FUNCTION_TARGET", "value") != who.replace("-", "_"):
        yield "FUNCTION_TARGET is not its name with underscores"
    takes = "http" if who == GATEWAY else "cloudevent"
    if at(found, "FUNCTION_SIGNATURE_TYPE", "value") != takes:
        yield f"FUNCTION_SIGNATURE_TYPE is not {takes}"
    if "DATABASE_POOL_MAX" not in found:
        yield "DATABASE_POOL_MAX is not given: the connection budget would not know it"
    if at(found, "HOST", "value") == "127.0.0.1":
        yield "HOST 127.0.0.1: kubelet could not reach its probes"
    paths = {
        "readinessProbe": "/health/ready",
        "livenessProbe": "/health/live",
        "startupProbe": "/health/startup",
    }
    for probe, path in paths.items():
        if at(box, probe, "httpGet", "path") != path:
            yield f"{probe} does not ask {path}"
    if at(box, "readinessProbe", "periodSeconds"):
        yield "readinessProbe.periodSeconds: queue-proxy would look once a period instead of every 50 ms"


def _runner(service: Manifest, manifests: Manifests) -> Iterator[str]:
    revision, box, found = at(service, "spec", "template", "spec"), container(service), variables(service)
    if revision.get("containerConcurrency", 0) < _places(found):
        yield f"containerConcurrency has to be at least the {_places(found)} programs that run side by side"
    if not RUNNER_TALK_S < revision.get("timeoutSeconds", 300) <= RUNNER_MAX_S:
        yield f"timeoutSeconds cuts conversations, or is above {RUNNER_MAX_S}: too late for a killed sandbox"
    if at(box, "readinessProbe", "httpGet", "path") != "/health/ready":
        yield "readinessProbe does not ask /health/ready"
    if at(found, "HOST", "value") != "127.0.0.1" or "livenessProbe" in box or "startupProbe" in box:
        yield "listens on 127.0.0.1 alone, which kubelet's probes cannot reach"
    if "envFrom" in box or any("valueFrom" in entry for entry in found.values()):
        yield "has settings from elsewhere; learners' programs run beside them"
    labelled = at(service, "spec", "template", "metadata", "labels", LABEL[0]) == LABEL[1]
    if (revision.get("runtimeClassName") == "gvisor") == labelled or "gvisor" not in manifests.names(
        "RuntimeClass"
    ):
        yield "gVisor comes by runtimeClassName or by the label, and the RuntimeClass has to be there"
    yield from _runner_memory(service, RUNNER_CELL_MIB * _places(found) + RUNNER_KERNEL_MIB)


def _places(found: Manifest) -> int:
    return int(at(found, "LEARNFLOW_SANDBOX_PLACES", "value", default=RUNNER_PLACES))


def _runner_memory(service: Manifest, needed_mib: int) -> Iterator[str]:
    key = "queue.sidecar.serving.knative.dev/{}-resource-limit"
    found = scaling(service)
    if key.format("cpu") not in found or key.format("memory") not in found:
        yield "queue-proxy has no limits: under gVisor the whole pod then has none"
        return
    own = at(container(service), "resources", "limits", "memory", default="0")
    try:
        both = quantity(own) + quantity(found[key.format("memory")])
    except ValueError as error:
        yield f"memory: {error}"
        return
    if both < needed_mib * 2**20:
        yield f"the pod has less than {needed_mib} MiB: its programs and gVisor itself can need that much"
