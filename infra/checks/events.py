"""Our own rules for KafkaSources, KafkaSinks, PingSources and topics."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from events import schedules
from infra.checks.delivery import Delivery
from infra.checks.manifests import Manifest, Manifests, Problem, at, name

DEAD_LETTER = "dead-letter"
WORST_S = 900.0
DAY_MS = 86_400_000
BOOTSTRAP = re.compile(r"[a-z0-9][a-z0-9.-]*:\d{2,5}")
EXTENSION = re.compile(r"[a-z0-9]{1,20}")


def event_problems(manifests: Manifests) -> Iterator[Problem]:
    """Yield breaches of the rules for what carries events."""
    for kind, rule in (
        ("KafkaSource", _source),
        ("KafkaSink", _sink),
        ("PingSource", _ping),
        ("KafkaTopic", _topic),
    ):
        for document in manifests.kind(kind):
            yield from (Problem(name(document), text) for text in rule(document, manifests))
    groups = Counter(at(source, "spec", "consumerGroup") for source in manifests.kind("KafkaSource"))
    yield from (Problem(f"consumerGroup {group}", "used twice") for group, n in groups.items() if n > 1)


def _source(source: Manifest, manifests: Manifests) -> Iterator[str]:
    spec, who = source["spec"], at(source, "spec", "sink", "ref", "name")
    topics = spec.get("topics", [])
    wanted = {
        "consumerGroup": f"learnflow.{who}.{topics[0]}",
        "initialOffset": "earliest",
        "ordering": "unordered",
    }
    yield from (f"{key} is not {value}" for key, value in wanted.items() if spec.get(key) != value)
    if at(source, "metadata", "name") != f"{who}-{topics[0].replace('.', '-')}" or len(topics) != 1:
        yield "reads one topic and is named <function>-<topic>"
    if spec.get("consumers", 0) < 1:
        yield "consumers is not at least 1"
    if who not in _names(manifests, "Service") or "namespace" in at(spec, "sink", "ref", default={}):
        yield f"its sink {who} is no Service among the manifests"
    yield from _brokers(spec)
    yield from _topics_exist(topics, manifests)
    yield from _delivery(source, manifests)
    yield from _overrides(spec)


def _delivery(source: Manifest, manifests: Manifests) -> Iterator[str]:
    letter = at(source, "spec", "delivery", "deadLetterSink", "ref", default={})
    if (letter.get("kind"), letter.get("name")) != ("KafkaSink", DEAD_LETTER):
        yield f"no deadLetterSink {DEAD_LETTER}: an event that fails for good would be gone"
    elif DEAD_LETTER not in manifests.names("KafkaSink"):
        yield f"its deadLetterSink {DEAD_LETTER} is not among the manifests"
    try:
        worst = Delivery.read(source).worst_with_dead_letter_s
    except ValueError as error:
        yield str(error)
        return
    if worst > WORST_S:
        yield f"one event could take {worst:.0f} s, more than {WORST_S:.0f}"


def _overrides(spec: Manifest) -> Iterator[str]:
    for extension in at(spec, "ceOverrides", "extensions", default={}):
        if not EXTENSION.fullmatch(extension):
            yield f"ceOverrides: {extension!r} is no name of an extension"


def _brokers(spec: Manifest) -> Iterator[str]:
    for server in spec.get("bootstrapServers", []):
        if not BOOTSTRAP.fullmatch(server):
            yield f"bootstrapServers: {server!r} is not host:port"


def _topics_exist(topics: list[str], manifests: Manifests) -> Iterator[str]:
    known = {at(one, "spec", "topicName") or one["metadata"]["name"] for one in manifests.kind("KafkaTopic")}
    yield from (
        f"topic {topic} is no KafkaTopic among the manifests"
        for topic in topics
        if known and topic not in known  # without Strimzi create.sh makes them
    )


def _names(manifests: Manifests, kind: str) -> set[str]:
    if kind == "Service":
        return {at(one, "metadata", "name") for one in manifests.services()}
    return manifests.names(kind)


def _sink(sink: Manifest, manifests: Manifests) -> Iterator[str]:
    spec = sink["spec"]
    if {"numPartitions", "replicationFactor"} & set(spec):
        yield "would make its topic, and delete it with itself"
    if spec.get("contentMode") != "binary":
        yield "contentMode is not binary"
    topic = spec.get("topic", "")
    if at(sink, "metadata", "name") != topic.removeprefix("learnflow.").replace(".", "-"):
        yield f"is not named after its topic {topic}"
    yield from _brokers(spec)
    yield from _topics_exist([topic], manifests)


def _ping(ping: Manifest, manifests: Manifests) -> Iterator[str]:
    spec, target = ping["spec"], at(ping, "spec", "sink", "ref", default={})
    if target.get("name") not in _names(manifests, target.get("kind", "")):
        yield f"its sink {target.get('name')} is not among the manifests"
    try:
        schedules.parse(spec.get("schedule", ""))
        json.loads(spec.get("data", ""))
    except ValueError as error:
        yield f"schedule or data: {error}"


def _topic(topic: Manifest, manifests: Manifests) -> Iterator[str]:
    spec, config = topic["spec"], at(topic, "spec", "config", default={})
    replicas, in_sync = spec.get("replicas", 0), config.get("min.insync.replicas", 0)
    if not (1 <= in_sync < replicas or in_sync == replicas == 1):
        yield f"min.insync.replicas {in_sync} of {replicas}: no copy, or no broker may fail"
    days = int(manifests.settings().get("LEARNFLOW_RETENTION_DAYS", "0"))
    if not 0 < config.get("retention.ms", -1) < days * DAY_MS:
        yield f"keeps events longer than functions remember them ({days} days)"
    if at(topic, "metadata", "labels", "strimzi.io/cluster") is None:
        yield "has no label strimzi.io/cluster: no operator would look at it"
