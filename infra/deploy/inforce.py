"""What the Kafka dispatcher really does, against what is meant.

Knative's controller looks for differences only in the fields that a KafkaSource still has: what was taken
away (a topic, the dead letter, an override) is not noticed, the source stays Ready, the old contract goes on.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from infra.checks.delivery import Delivery
from infra.checks.manifests import Manifest, at

CONFIG_MAPS = "kafka-source-dispatcher"
Contract = Mapping[str, Any]


def contracts(config_maps: Iterable[Mapping[str, Any]]) -> list[Contract]:
    """Return the resources of all dispatcher pods' contracts."""
    found: list[Contract] = []
    for one in config_maps:
        raw = at(one, "binaryData", "data")
        if raw and str(at(one, "metadata", "name", default="")).startswith(CONFIG_MAPS):
            found += json.loads(base64.b64decode(raw)).get("resources", [])
    return found


def differences(source: Manifest, resources: Iterable[Contract]) -> list[str]:
    """Return where the contracts of a KafkaSource differ from it; one line says that there is none.

    The dispatchers serve all namespaces, and another environment has the same groups at another Kafka.
    """
    group, namespace = at(source, "spec", "consumerGroup"), at(source, "metadata", "namespace")
    own = [
        (resource, egress)
        for resource in resources
        for egress in resource.get("egresses", [])
        if egress.get("consumerGroup") == group
        and at(resource, "reference", "namespace", default=namespace) == namespace
    ]
    if not own:
        return ["no dispatcher has it"]
    meant = wanted(source)
    return sorted({line for resource, egress in own for line in _differs(meant, in_force(resource, egress))})


def wanted(source: Manifest) -> dict[str, object]:
    """Return what a KafkaSource says."""
    delivery, namespace = Delivery.read(source), at(source, "metadata", "namespace")
    return {
        "topics": sorted(source["spec"]["topics"]),
        "bootstrapServers": ",".join(source["spec"]["bootstrapServers"]),
        "ordering": source["spec"]["ordering"].upper(),
        "retry": delivery.retry,
        "backoffPolicy": delivery.policy.capitalize(),
        "backoffDelay": round(delivery.delay_s * 1000),
        "timeout": round(delivery.timeout_s * 1000),
        "deadLetterSink": f"/{namespace}/{at(source, 'spec', 'delivery', 'deadLetterSink', 'ref', 'name')}",
        "ceOverrides": dict(at(source, "spec", "ceOverrides", "extensions", default={})),
    }


def in_force(resource: Contract, egress: Contract) -> dict[str, object]:
    """Return what a contract says in the same words; its JSON leaves out what is zero."""
    config = egress.get("egressConfig", {})
    letter = str(config.get("deadLetter", ""))
    return {
        "topics": sorted(resource.get("topics", [])),
        "bootstrapServers": resource.get("bootstrapServers", ""),
        "ordering": egress.get("deliveryOrder", "UNORDERED"),
        "retry": int(config.get("retry", 0)),
        "backoffPolicy": config.get("backoffPolicy", "Exponential"),
        "backoffDelay": int(config.get("backoffDelay", 0)),
        "timeout": int(config.get("timeout", 0)),
        "deadLetterSink": "/" + "/".join(letter.split("/")[3:]) if letter else "",
        "ceOverrides": dict(at(resource, "cloudEventOverrides", "extensions", default={})),
    }


def _differs(meant: dict[str, object], found: dict[str, object]) -> Iterator[str]:
    for field, value in meant.items():
        if found[field] != value:
            yield f"{field} is meant to be {value!r}, in force is {found[field]!r}"
