"""What is looked at before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from infra.checks.manifests import Manifest, Manifests, at, name, variables
from infra.checks.services import LABEL
from infra.deploy.traffic import pinned

IMMUTABLE = {"KafkaSource": "consumerGroup", "KafkaSink": "topic"}
FLAG = "kubernetes.podspec-runtimeclassname"
Live = Mapping[str, Any]


def obstacles(manifests: Manifests, live: Sequence[Live]) -> Iterator[str]:
    """Yield why sources, sinks and Services must not be applied over those that are there."""
    wanted = {name(document): document for document in manifests.documents}
    for found in live:
        if at(found, "metadata", "deletionTimestamp"):
            yield f"{name(found)} is being deleted; its consumer group or topic may go with it"
        meant = wanted.get(name(found))
        field = IMMUTABLE.get(found["kind"], "")
        before, after = at(found, "spec", field), at(meant, "spec", field)
        if meant is not None and field and before != after:
            yield f"{name(found)}: {field} is {before} and can not become {after}"
        if found["kind"] == "Service" and meant is not None and pinned(dict(found)):
            yield f"{name(found)}: its traffic is pinned to revisions; promote it, or deploy by canary"


def left_alone(manifests: Manifests, live: Sequence[Live]) -> list[str]:
    """Return what is in the cluster but not in the manifests; no deployment removes it."""
    wanted = {name(document) for document in manifests.documents}
    return sorted({name(found) for found in live} - wanted)


def needed_secrets(manifests: Manifests) -> set[str]:
    """Return the Secrets that have to be there; a Service would hang without saying why."""
    found = {
        at(entry, "valueFrom", "secretKeyRef", "name")
        for service in manifests.services()
        for entry in variables(service).values()
        if not at(entry, "valueFrom", "secretKeyRef", "optional", default=False)
    }
    found |= {at(sink, "spec", "auth", "secret", "ref", "name") for sink in manifests.kind("KafkaSink")}
    found |= {at(domain, "spec", "tls", "secretName") for domain in manifests.kind("DomainMapping")}
    return {secret for secret in found if secret}


def sandbox_obstacles(manifests: Manifests, features: Manifest, deployment: Manifest) -> Iterator[str]:
    """Yield why the runner would be refused, or would come up without gVisor."""
    for service in manifests.services():
        template = at(service, "spec", "template")
        by_field = bool(at(template, "spec", "runtimeClassName"))
        if by_field and at(features, "data", FLAG) not in ("enabled", "allowed"):
            yield f"{name(service)}: config-features has {FLAG} off (see components/gvisor-by-label)"
        labelled = at(template, "metadata", "labels", LABEL[0]) == LABEL[1]
        if labelled and LABEL[0] not in at(deployment, "data", "runtime-class-name", default=""):
            yield f"{name(service)}: config-deployment has no runtime-class-name for {LABEL[0]}"
