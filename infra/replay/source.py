"""The second KafkaSource that sends a part of a topic again, beside the live one and without touching it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.checks.manifests import Manifest, Manifests, at, container, variables
from infra.replay.errors import Refused
from infra.replay.kafka import Span

MARK = "learnflow.example/replay"
EXTENSION = "replay"
SUFFIX = "-replay"


@dataclass(frozen=True, slots=True)
class Live:
    """A KafkaSource of the manifests, and the function that it feeds."""

    manifest: Manifest
    function: str

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.manifest["metadata"]["name"])


@dataclass(frozen=True, slots=True)
class Second:
    """A replaying source: what was asked for, and which part of which topic it sends."""

    name: str
    group: str
    id: str
    asked: str
    span: Span

    @classmethod
    def beside(cls, live: Live, span: Span, asked: str, now: datetime) -> Second:
        """Name a source for a part of a topic; a live source has one such at a time."""
        name = f"{live.name}{SUFFIX}"
        group = f"{live.manifest['spec']['consumerGroup']}.replay"
        return cls(name, group, f"{name}-{now:%Y%m%dt%H%M%S}", asked, span)

    @classmethod
    def read(cls, manifest: Manifest) -> Second:
        """Read back one that is there; raises Refused when it is not one of these."""
        raw = at(manifest, "metadata", "annotations", MARK)
        if raw is None:
            raise Refused(f"KafkaSource {at(manifest, 'metadata', 'name')} was not made by a replay")
        noted = json.loads(raw)
        starts, ends = (
            {int(one): offset for one, offset in noted[end].items()} for end in ("starts", "ends")
        )
        return cls(
            name=manifest["metadata"]["name"],
            group=manifest["spec"]["consumerGroup"],
            id=manifest["spec"]["ceOverrides"]["extensions"][EXTENSION],
            asked=noted["asked"],
            span=Span(noted["topic"], starts, ends),
        )

    def manifest(self, live: Live) -> dict[str, Any]:
        """Return its manifest: the live one's, but for name, group, topic and the mark on each event.

        It carries none of the live one's labels, so that no deployment takes it for its own.
        """
        noted = {
            "asked": self.asked,
            "topic": self.span.topic,
            "starts": self.span.starts,
            "ends": self.span.ends,
        }
        spec = {
            **live.manifest["spec"],
            "consumerGroup": self.group,
            "topics": [self.span.topic],
            # where the group has no offset, which is nowhere: they are set before
            "initialOffset": "earliest",
            "ceOverrides": {"extensions": {EXTENSION: self.id}},
        }
        metadata = {
            "name": self.name,
            "namespace": live.manifest["metadata"]["namespace"],
            "labels": {MARK: live.name},
            "annotations": {MARK: json.dumps(noted)},
        }
        return {**live.manifest, "metadata": metadata, "spec": spec}


def live_sources(manifests: Manifests, topic: str, function: str | None) -> list[Live]:
    """Find the sources that read a topic; raises Refused when there is none, or none of the function."""
    readers = [live for live in every(manifests) if topic in live.manifest["spec"]["topics"]]
    if not readers:
        topics = sorted({one for live in every(manifests) for one in live.manifest["spec"]["topics"]})
        raise Refused(f"--topic: no function reads {topic}; there are {', '.join(topics)}")
    wanted = None if function is None else function.replace("-", "_")
    chosen = [live for live in readers if wanted in (None, live.function)]
    if not chosen:
        known = ", ".join(sorted({live.function for live in readers}))
        raise Refused(f"--function: {function} does not read {topic}; those that do are {known}")
    return chosen


def every(manifests: Manifests) -> Iterator[Live]:
    """Yield all KafkaSources with their functions."""
    for source in manifests.kind("KafkaSource"):
        service = at(source, "spec", "sink", "ref", "name")
        yield Live(source, function_of(manifests, str(service)))


def function_of(manifests: Manifests, service: str) -> str:
    """Return the function that a Service runs: the name by which the inbox knows it."""
    return str(at(variables(manifests.service(service)), "FUNCTION_TARGET", "value", default=service))


def environ_of(manifests: Manifests, service: str) -> dict[str, str]:
    """Return the settings of a Service, as far as manifests hold them."""
    manifest = manifests.service(service)
    maps = {one["metadata"]["name"]: one.get("data", {}) for one in manifests.kind("ConfigMap")}
    shared: dict[str, str] = {}
    for origin in at(container(manifest), "envFrom", default=[]):
        shared |= maps.get(at(origin, "configMapRef", "name", default=""), {})
    own = {name: entry["value"] for name, entry in variables(manifest).items() if "value" in entry}
    return {**shared, **own}
