"""What Serving's webhook refuses with its feature flags off, and what it lets pass though nobody means it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infra.checks.manifests import Manifest, Manifests, Problem, at, container, name
from infra.checks.quantities import quantity

MAX_TIMEOUT_S = 600
# Fields of a revision that need no flag; runtimeClassName is ours (docs/operations/install.md).
POD_FIELDS = {
    "containerConcurrency", "containers", "enableServiceLinks", "idleTimeoutSeconds", "imagePullSecrets",
    "automountServiceAccountToken", "responseStartTimeoutSeconds", "runtimeClassName", "serviceAccountName",
    "timeoutSeconds", "volumes",
}  # fmt: skip
VOLUME_SOURCES = {"name", "configMap", "emptyDir", "projected", "secret"}
RESERVED_ENV = {"PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION"}
RESERVED_PORTS = {8008, 8012, 8013, 8022, 9090, 9091}
SERVICE_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
PROBES = ("readinessProbe", "livenessProbe", "startupProbe")


def admission_problems(manifests: Manifests) -> Iterator[Problem]:
    """Yield what a cluster would refuse, or accept and not do."""
    for service in manifests.services():
        for text in _service(service):
            yield Problem(name(service), text)


def _service(service: Manifest) -> Iterator[str]:
    revision = at(service, "spec", "template", "spec", default={})
    if not SERVICE_NAME.fullmatch(str(at(service, "metadata", "name"))):
        yield "its name has to be at most 63 of a-z, 0-9 and dashes, and begin with a letter"
    yield from (f"{field} needs a feature flag" for field in sorted(set(revision) - POD_FIELDS))
    if len(revision.get("containers", [])) != 1:
        yield "needs exactly one container"
    if revision.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken has to be false"
    yield from _times(revision)
    yield from _volumes(revision)
    yield from _container(container(service))


def _times(revision: Manifest) -> Iterator[str]:
    limit = revision.get("timeoutSeconds")
    if not isinstance(limit, int) or not 0 < limit <= MAX_TIMEOUT_S:
        yield f"timeoutSeconds {limit} is not within 1..{MAX_TIMEOUT_S}"
        return
    for field in ("responseStartTimeoutSeconds", "idleTimeoutSeconds"):
        if revision.get(field, 0) > limit:
            yield f"{field} is longer than timeoutSeconds: it never counts"


def _volumes(revision: Manifest) -> Iterator[str]:
    mounted = {
        mount["name"] for one in revision.get("containers", []) for mount in one.get("volumeMounts", [])
    }
    for volume in revision.get("volumes", []):
        yield from (
            f"volume {volume['name']}: {source} needs a feature flag"
            for source in set(volume) - VOLUME_SOURCES
        )
        if volume["name"] not in mounted:
            yield f"volume {volume['name']} is not mounted"


def _container(box: Manifest) -> Iterator[str]:
    yield from (
        f"env {entry['name']} is Knative's own"
        for entry in box.get("env", [])
        if entry["name"] in RESERVED_ENV
    )
    yield from (
        f"env {entry['name']}: fieldRef and resourceFieldRef need a feature flag"
        for entry in box.get("env", [])
        if {"fieldRef", "resourceFieldRef"} & set(entry.get("valueFrom", {}))
    )
    yield from _ports(box)
    for kind in PROBES:
        if kind in box:
            yield from (f"{kind}: {text}" for text in _probe(kind, box[kind]))
    yield from _resources(box)


def _ports(box: Manifest) -> Iterator[str]:
    ports = box.get("ports", [])
    if len(ports) > 1:
        yield "more than one port"
    for port in ports:
        if port.get("name", "") not in {"", "http1", "h2c"} or port.get("containerPort") in RESERVED_PORTS:
            yield f"port {port} is not allowed"


def _probe(kind: str, probe: Manifest) -> Iterator[str]:
    if kind == "startupProbe" and "port" not in probe.get("httpGet", {"port": 0}):
        yield "httpGet without a port is refused"
    aggressive = kind == "readinessProbe" and not probe.get("periodSeconds")
    if aggressive and {"failureThreshold", "timeoutSeconds"} & set(probe):
        yield "failureThreshold and timeoutSeconds need a periodSeconds"


def _resources(box: Manifest) -> Iterator[str]:
    requests, limits = (
        at(box, "resources", "requests", default={}),
        at(box, "resources", "limits", default={}),
    )
    for resource in ("cpu", "memory"):
        if resource not in requests or resource not in limits:
            yield f"no request or no limit for {resource}"
            continue
        try:
            above = quantity(requests[resource]) > quantity(limits[resource])
        except ValueError as error:
            yield f"{resource}: {error}"
        else:
            if above:
                yield f"asks for more {resource} than its limit"
