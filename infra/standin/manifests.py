"""Reading rendered manifests: what is understood becomes typed, what is not is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml

from infra.standin.errors import ManifestError
from infra.standin.eventing import KafkaSink, KafkaSource, KafkaTopic, PingSource
from infra.standin.serving import ConfigMap, Secret, Service

Resource = Service | KafkaSource | KafkaSink | PingSource | KafkaTopic | ConfigMap | Secret
Key = tuple[str, str]

KINDS: Mapping[tuple[str, str], type[Resource]] = {
    ("serving.knative.dev/v1", "Service"): Service,
    ("sources.knative.dev/v1", "KafkaSource"): KafkaSource,
    ("sources.knative.dev/v1", "PingSource"): PingSource,
    ("eventing.knative.dev/v1alpha1", "KafkaSink"): KafkaSink,
    ("kafka.strimzi.io/v1beta2", "KafkaTopic"): KafkaTopic,
    ("kafka.strimzi.io/v1", "KafkaTopic"): KafkaTopic,
    ("v1", "ConfigMap"): ConfigMap,
    ("v1", "Secret"): Secret,
}
KINDS_WITHOUT_MEANING: Mapping[str, str] = {
    "Namespace": "names are kept apart by the address table",
    "ServiceAccount": "no process talks to a Kubernetes API",
    "NetworkPolicy": "everything listens on 127.0.0.1; the sandbox has no network of its own accord",
    "RuntimeClass": "the sandbox runner starts runsc itself",
    "DomainMapping": "the gateway has a local address",
    "PodDisruptionBudget": "there are no pods",
    "ServiceMonitor": "monitoring is the cluster's",
    "PodMonitor": "monitoring is the cluster's",
    "PrometheusRule": "monitoring is the cluster's",
}


@dataclass(frozen=True, slots=True)
class Manifests:
    """All that was understood, by (namespace, name)."""

    services: Mapping[Key, Service] = field(default_factory=dict)
    kafka_sources: Mapping[Key, KafkaSource] = field(default_factory=dict)
    kafka_sinks: Mapping[Key, KafkaSink] = field(default_factory=dict)
    ping_sources: Mapping[Key, PingSource] = field(default_factory=dict)
    topics: Mapping[Key, KafkaTopic] = field(default_factory=dict)
    config_maps: Mapping[Key, ConfigMap] = field(default_factory=dict)
    secrets: Mapping[Key, Secret] = field(default_factory=dict)


def read_manifests(path: Path) -> Manifests:
    """Read a multi-document YAML file.

    Raises: ManifestError naming file, kind, name and field.
    """
    return parse_manifests(path.read_text(), origin=str(path))


def parse_manifests(text: str, origin: str) -> Manifests:
    """Parse rendered manifests; `origin` names them in errors."""
    found: dict[type[Resource], dict[Key, Any]] = {kind: {} for kind in KINDS.values()}
    for document in _documents(text, origin):
        where = _where(document, origin)
        resource = _resource(document, where)
        if resource is None:
            continue
        key = (resource.metadata.namespace, resource.metadata.name)
        if key in found[type(resource)]:
            raise ManifestError(f"{where}: defined twice")
        found[type(resource)][key] = resource
    return Manifests(
        services=found[Service],
        kafka_sources=found[KafkaSource],
        kafka_sinks=found[KafkaSink],
        ping_sources=found[PingSource],
        topics=found[KafkaTopic],
        config_maps=found[ConfigMap],
        secrets=found[Secret],
    )


def source_of(document: Mapping[str, Any]) -> KafkaSource:
    """Read one KafkaSource.

    Raises: ManifestError.
    """
    where = _where(document, "request")
    found = _resource(dict(document), where)
    if not isinstance(found, KafkaSource):
        raise ManifestError(f"{where}: a KafkaSource is expected")
    return found


def _documents(text: str, origin: str) -> Iterator[dict[str, Any]]:
    try:
        documents = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise ManifestError(f"{origin}: not YAML: {error}") from None
    for position, document in enumerate(documents, start=1):
        if document is None:
            continue
        if not isinstance(document, dict):
            raise ManifestError(f"{origin}: document {position} is not an object")
        yield document


def _where(document: Mapping[str, Any], origin: str) -> str:
    metadata = document.get("metadata")
    name = metadata.get("name", "?") if isinstance(metadata, dict) else "?"
    return f"{origin}: {document.get('kind', '?')} {name}"


def _resource(document: dict[str, Any], where: str) -> Resource | None:
    version, kind = str(document.pop("apiVersion", "")), str(document.pop("kind", ""))
    if (kind_type := KINDS.get((version, kind))) is not None:
        try:
            return msgspec.convert(document, kind_type)
        except msgspec.ValidationError as error:
            raise ManifestError(f"{where}: {error}") from None
    if kind in KINDS_WITHOUT_MEANING:
        return None
    raise ManifestError(f"{where}: {version} {kind} is not implemented")
