"""What is looked at before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from functions.gateway.addresses import ip_of, is_trusted
from infra.checks.callers import SETTING, trusted_networks
from infra.checks.manifests import Manifest, Manifests, at, name, variables
from infra.checks.services import LABEL
from infra.deploy.steps import MONITORING
from infra.deploy.traffic import pinned

IMMUTABLE = {"KafkaSource": "consumerGroup", "KafkaSink": "topic"}
FLAG = "kubernetes.podspec-runtimeclassname"
AUTH, EVENTS = "learnflow-auth", "learnflow-events"
REMOTE = "use-remote-address"
TOKEN_KEYS = {"LEARNFLOW_JWT_SECRET", "LEARNFLOW_JWT_PRIVATE_KEY"}
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
            yield f"{name(found)}: {field} is {before} and cannot become {after}"
        if found["kind"] == "Service" and meant is not None and pinned(dict(found)):
            yield f"{name(found)}: its traffic is pinned to revisions; promote it, or deploy by canary"


def left_alone(manifests: Manifests, live: Sequence[Live]) -> list[str]:
    """Return what is in the cluster but not in the manifests; no deployment removes it."""
    wanted = {name(document) for document in manifests.documents}
    return sorted({name(found) for found in live} - wanted)


def needed_secrets(manifests: Manifests) -> dict[str, set[str]]:
    """Return the Secrets that have to be there, with their keys; a Service would hang without saying why."""
    found: dict[str, set[str]] = {}
    for secret, key in (*_of_services(manifests), *_of_kafka(manifests)):
        found.setdefault(secret, set()).add(key)
    for domain in manifests.kind("DomainMapping"):
        if secret := at(domain, "spec", "tls", "secretName"):
            found[secret] = {"tls.crt", "tls.key"}
    return found


def _of_services(manifests: Manifests) -> Iterator[tuple[str, str]]:
    for service in manifests.services():
        for entry in variables(service).values():
            ref = at(entry, "valueFrom", "secretKeyRef", default={})
            if ref and not ref.get("optional", False):
                yield ref["name"], ref["key"]
    if manifests.settings().get("LEARNFLOW_EVENT_SIGNATURES", "off") != "off":
        yield EVENTS, "LEARNFLOW_EVENT_KEYS"


def _of_kafka(manifests: Manifests) -> Iterator[tuple[str, str]]:
    for source in manifests.kind("KafkaSource"):
        yield from ((ref["name"], ref["key"]) for ref in _references(at(source, "spec", "net", default={})))
    for sink in manifests.kind("KafkaSink"):
        if secret := at(sink, "spec", "auth", "secret", "ref", "name"):
            yield secret, "protocol"


def secret_obstacles(manifests: Manifests, secrets: Sequence[Live]) -> Iterator[str]:
    """Yield the Secrets and keys that are missing."""
    there = {at(one, "metadata", "name"): set(at(one, "data", default={})) for one in secrets}
    for secret, keys in sorted(needed_secrets(manifests).items()):
        if secret not in there:
            yield f"Secret {secret} is missing"
        elif missing := sorted(keys - there[secret]):
            yield f"Secret {secret} has no {', '.join(missing)}"
    if AUTH in there and not there[AUTH] & TOKEN_KEYS:
        yield f"Secret {AUTH} has none of {', '.join(sorted(TOKEN_KEYS))}"


def topic_obstacles(manifests: Manifests, definition: Live) -> Iterator[str]:
    """Yield why the topics can't be applied."""
    if any(manifests.kind("KafkaTopic")) and not definition:
        yield "Strimzi is not installed: run infra/knative/topics/create.sh, then deploy with TOPICS=no"


def unwatched(manifests: Manifests, definitions: Mapping[str, Live]) -> dict[str, str]:
    """Return the kinds of monitoring that the cluster does not know, with what is left out for it."""
    return {
        kind: f"{', '.join(name(one) for one in manifests.kind(kind))} left out: "
        f"the cluster has no {definition} (install the Prometheus operator, then deploy again)"
        for kind, definition in MONITORING.items()
        if any(manifests.kind(kind)) and not definitions.get(kind)
    }


def domain_obstacles(manifests: Manifests, claims: Sequence[Live], network: Manifest) -> Iterator[str]:
    """Yield the domains that nobody claimed for the namespace: their mapping would never be ready."""
    if at(network, "data", "autocreate-cluster-domain-claims") == "true":
        return
    claimed = {(at(one, "metadata", "name"), at(one, "spec", "namespace")) for one in claims}
    for domain in manifests.kind("DomainMapping"):
        key = (at(domain, "metadata", "name"), at(domain, "metadata", "namespace"))
        if key not in claimed:
            yield f"{name(domain)} is not claimed for {key[1]}: kubectl apply -k infra/knative/cluster"


def _references(node: object) -> Iterator[Manifest]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "secretKeyRef":
                yield value
            else:
                yield from _references(value)


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


def caller_obstacles(manifests: Manifests, kourier: Manifest, proxies: Sequence[Live]) -> Iterator[str]:
    """Yield why the gateway would believe a made-up address, or take all callers for one."""
    trusted = trusted_networks(manifests)
    if not trusted:
        return
    if at(kourier, "data", REMOTE) != "true":
        yield (
            f"config-kourier has {REMOTE} off, callers could give any address: kubectl patch configmap "
            f'config-kourier -n knative-serving --type=merge -p \'{{"data":{{"{REMOTE}":"true"}}}}\''
        )
    for pod in proxies:
        for address in (one["ip"] for one in at(pod, "status", "podIPs", default=[])):
            ip = ip_of(address)
            if ip is None or not is_trusted(ip, trusted):
                yield f"{at(pod, 'metadata', 'name')} ({address}) is in none of {SETTING} (config.env)"
