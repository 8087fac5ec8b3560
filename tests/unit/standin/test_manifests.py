import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.standin.errors import ManifestError
from infra.standin.eventing import NO_DELIVERY_BLOCK
from infra.standin.manifests import KINDS, KINDS_WITHOUT_MEANING, Manifests, parse_manifests
from infra.standin.meta import KEY_TYPE

SERVICE: dict[str, Any] = {
    "apiVersion": "serving.knative.dev/v1",
    "kind": "Service",
    "metadata": {"name": "triage", "namespace": "learnflow"},
    "spec": {"template": {"spec": {"containers": [{"image": "learnflow/functions"}]}}},
}
SOURCE: dict[str, Any] = {
    "apiVersion": "sources.knative.dev/v1",
    "kind": "KafkaSource",
    "metadata": {"name": "triage-requests", "namespace": "learnflow"},
    "spec": {
        "bootstrapServers": ["kafka:9092"],
        "topics": ["learning.requests"],
        "consumerGroup": "learnflow.triage",
        "sink": {"ref": {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "name": "triage"}},
    },
}
SINK: dict[str, Any] = {
    "apiVersion": "eventing.knative.dev/v1alpha1",
    "kind": "KafkaSink",
    "metadata": {"name": "learning-requests", "namespace": "learnflow"},
    "spec": {"topic": "learning.requests", "bootstrapServers": ["kafka:9092"]},
}
PING: dict[str, Any] = {
    "apiVersion": "sources.knative.dev/v1",
    "kind": "PingSource",
    "metadata": {"name": "sweep", "namespace": "learnflow"},
    "spec": {"schedule": "* * * * *", "sink": SOURCE["spec"]["sink"]},
}
KEY = ("learnflow", "triage-requests")


def read(*documents: dict[str, Any]) -> Manifests:
    return parse_manifests(yaml.safe_dump_all(documents), origin="rendered.yaml")


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of a manifest with the value at a dotted path set."""
    result = copy.deepcopy(document)
    place: Any = result
    *way, last = path.split(".")
    for step in way:
        place = place[int(step)] if step.isdigit() else place.setdefault(step, {})
    place[last] = value
    return result


def test_what_is_written_is_read() -> None:
    manifests = read(SERVICE, SOURCE, SINK, PING)
    source = manifests.kafka_sources[KEY].spec
    assert (source.initial_offset, source.ordering, source.consumers) == ("latest", "ordered", 1)
    assert source.delivery == NO_DELIVERY_BLOCK
    assert manifests.services["learnflow", "triage"].revision.timeout_seconds == 300


def test_a_delivery_block_has_no_defaults_but_backoff_and_timeout() -> None:
    source = read(changed(SOURCE, "spec.delivery", {"deadLetterSink": {"uri": "http://x"}}))
    delivery = source.kafka_sources[KEY].spec.delivery
    assert (delivery.retry, delivery.timeout.total_seconds()) == (0, 600)


def test_durations_are_iso_8601() -> None:
    source = read(changed(SOURCE, "spec.delivery", {"retry": 8, "backoffDelay": "PT0.2S"}))
    assert source.kafka_sources[KEY].spec.delivery.backoff_delay.total_seconds() == 0.2


@pytest.mark.parametrize(
    ("document", "path", "value", "message"),
    [
        (SOURCE, "spec.net", {"tls": {"enable": True}}, "unknown field `net` - at `$.spec`"),
        (SOURCE, "spec.delivery", {"retries": 3}, "unknown field `retries` - at `$.spec.delivery`"),
        (SOURCE, "spec.delivery", {"backoffDelay": "2s"}, "duration - at `$.spec.delivery.backoffDelay`"),
        (SOURCE, "spec.delivery", {"backoffPolicy": "expo"}, "'expo' - at `$.spec.delivery.backoffPolicy`"),
        (SOURCE, "spec.delivery", {"retry": 1, "backoffDelay": "PT0S"}, "would not retry at all"),
        (SOURCE, "spec.delivery", {"retryAfterMax": "PT1S"}, "unknown field `retryAfterMax`"),
        (SOURCE, "spec.ordering", "fifo", "'fifo'"),
        (SOURCE, "spec.initialOffset", "newest", "'newest'"),
        (SOURCE, "spec.topics", [], "length >= 1 - at `$.spec.topics`"),
        (SOURCE, "spec.consumers", -1, ">= 0"),
        (SOURCE, "spec.sink", {}, "needs ref or uri - at `$.spec.sink`"),
        (SOURCE, "spec.ceOverrides", {"extensions": {"a-b": "x"}}, "must match [a-z0-9]+"),
        (SOURCE, "metadata.labels", {KEY_TYPE: "int"}, "key type 'string'"),
        (SINK, "spec.auth", {"secret": {}}, "unknown field `auth` - at `$.spec`"),
        (SINK, "spec.contentMode", "structured", "'structured'"),
        (SINK, "spec.numPartitions", 3, "unknown field `numPartitions`"),
        (SINK, "apiVersion", "eventing.knative.dev/v1", "/v1 KafkaSink is not implemented"),
        (SERVICE, "spec.template.spec.containerConcurency", 1, "unknown field `containerConcurency`"),
        (SERVICE, "spec.template.spec.containerConcurrency", "1", "Expected `int`"),
        (SERVICE, "spec.template.spec.timeoutSeconds", 601, "<= 600"),
        (SERVICE, "spec.template.spec.runtimeClassName", "kata", "'kata'"),
        (SERVICE, "spec.template.spec.containers.0.lifecycle", {}, "unknown field `lifecycle`"),
        (SERVICE, "spec.template.spec.containers.0.readinessProbe", {"exec": {}}, "unknown field `exec`"),
        (SERVICE, "spec.template.spec.containers.0.env", [{"name": "PORT", "value": "1"}], "reserved"),
        (SERVICE, "spec.template.spec.containers.0.env", [{"name": "A", "value": "$(B)"}], "not implemented"),
        (SERVICE, "spec.template.spec.containers.0.env", [{"name": "A", "valueFrom": {}}], "needs one of"),
        (
            SERVICE,
            "spec.template.metadata.annotations",
            {"autoscaling.knative.dev/min-scal": "1"},
            "annotation autoscaling.knative.dev/min-scal is not implemented",
        ),
        (SERVICE, "metadata.annotations", {"autoscaling.knative.dev/min-scale": "1"}, "belongs on"),
        (SERVICE, "spec.traffic", [{"revisionName": "a"}], "unknown field `revisionName`"),
        (PING, "spec.format", "json", "unknown field `format`"),
        (PING, "kind", "ContainerSource", "ContainerSource is not implemented"),
    ],
)  # fmt: skip
def test_what_is_not_implemented_is_refused(
    document: dict[str, Any], path: str, value: Any, message: str
) -> None:
    """The error names file, kind, name and field."""
    with pytest.raises(ManifestError) as refusal:
        read(changed(document, path, value))
    text = str(refusal.value)
    assert text.startswith(f"rendered.yaml: {value if path == 'kind' else document['kind']} ")
    assert document["metadata"]["name"] in text
    assert message in text


def test_fields_without_local_meaning_are_accepted() -> None:
    container = SERVICE["spec"]["template"]["spec"]["containers"][0]
    service = changed(
        SERVICE,
        "spec.template.spec",
        {
            "containers": [{**container, "resources": {"limits": {"cpu": "1"}}, "securityContext": {}}],
            "serviceAccountName": "functions",
            "automountServiceAccountToken": False,
            "volumes": [{"name": "tmp", "emptyDir": {}}],
        },
    )
    annotations = {"autoscaling.knative.dev/window": "60s", "example.org/owner": "us"}
    assert read(changed(service, "spec.template.metadata.annotations", annotations)).services


@pytest.mark.parametrize("kind", sorted(KINDS_WITHOUT_MEANING))
def test_kinds_without_local_meaning_are_passed_over(kind: str) -> None:
    assert read({"apiVersion": "x/v1", "kind": kind, "metadata": {"name": "x"}}) == Manifests(
        *({} for _ in Manifests.__slots__)
    )


def test_the_same_resource_twice_is_refused() -> None:
    with pytest.raises(ManifestError, match="KafkaSink learning-requests: defined twice"):
        read(SINK, SINK)


@pytest.mark.parametrize("text", ["a: [", "- 1\n", "just text\n"])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ManifestError, match=r"rendered\.yaml: "):
        parse_manifests(text, origin="rendered.yaml")


def test_the_readme_names_every_kind() -> None:
    readme = Path("infra/standin/README.md").read_text()
    for kind in {*(kind for _, kind in KINDS), *KINDS_WITHOUT_MEANING}:
        assert kind in readme
