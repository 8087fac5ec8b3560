"""The second KafkaSource of a replay, beside a live one that stays as it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from infra.checks import Manifests
from infra.checks.strict import schema_problems
from infra.replay.errors import Refused
from infra.replay.kafka import Span
from infra.replay.source import Live, Second, environ_of, function_of, live_sources
from infra.standin.manifests import source_of

TEXT = """
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: code-review, namespace: learnflow}
spec:
  template:
    spec:
      containers:
        - image: functions
          envFrom: [{configMapRef: {name: config}}]
          env:
            - {name: FUNCTION_TARGET, value: code_review}
            - {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: learnflow}
data: {LEARNFLOW_LOG_LEVEL: DEBUG}
---
apiVersion: sources.knative.dev/v1
kind: KafkaSource
metadata:
  name: code-review-code-submissions
  namespace: learnflow
  labels: {app.kubernetes.io/part-of: learnflow}
spec:
  consumerGroup: learnflow.code-review.code.submissions
  topics: [code.submissions]
  bootstrapServers: ["kafka:9092"]
  initialOffset: earliest
  ordering: unordered
  consumers: 2
  delivery:
    retry: 8
    backoffPolicy: exponential
    backoffDelay: PT0.2S
    timeout: PT30S
    deadLetterSink: {ref: {apiVersion: eventing.knative.dev/v1alpha1, kind: KafkaSink, name: dead-letter}}
  sink: {ref: {apiVersion: serving.knative.dev/v1, kind: Service, name: code-review}}
"""
MANIFESTS = Manifests.parse(TEXT)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SPAN = Span("code.submissions", {0: 3, 1: 0}, {0: 9, 1: 2})


def made() -> tuple[Live, Second]:
    [live] = live_sources(MANIFESTS, "code.submissions", None)
    return live, Second.beside(live, SPAN, "--topic code.submissions --all", NOW)


def test_it_delivers_as_the_live_one_under_a_name_and_in_a_group_of_its_own() -> None:
    live, second = made()
    manifest = second.manifest(live)
    assert manifest["metadata"]["name"] == "code-review-code-submissions-replay"
    assert manifest["spec"]["consumerGroup"] == "learnflow.code-review.code.submissions.replay"
    assert manifest["spec"]["ceOverrides"]["extensions"] == {"replay": second.id}
    kept = ("delivery", "sink", "ordering", "consumers", "bootstrapServers")
    assert {name: manifest["spec"][name] for name in kept} == {
        name: live.manifest["spec"][name] for name in kept
    }
    assert "app.kubernetes.io/part-of" not in manifest["metadata"]["labels"]


def test_a_cluster_and_the_stand_in_take_it() -> None:
    live, second = made()
    text = yaml.safe_dump(second.manifest(live))
    assert list(schema_problems(Manifests.parse(text))) == []
    assert source_of(yaml.safe_load(text)).spec.consumer_group == second.group


def test_what_it_sends_can_be_read_back_from_it() -> None:
    live, second = made()
    assert Second.read(second.manifest(live)) == second
    with pytest.raises(Refused, match="was not made by a replay"):
        Second.read(live.manifest)


def test_a_function_is_found_by_either_of_its_names() -> None:
    for name in ("code-review", "code_review", None):
        assert [live.function for live in live_sources(MANIFESTS, "code.submissions", name)] == [
            "code_review"
        ]
    assert function_of(MANIFESTS, "code-review") == "code_review"
    with pytest.raises(Refused, match=r"no function reads learning.responses; there are code.submissions"):
        live_sources(MANIFESTS, "learning.responses", None)
    with pytest.raises(Refused, match=r"debug does not read code.submissions; those that do are code_review"):
        live_sources(MANIFESTS, "code.submissions", "debug")


def test_the_settings_of_a_service_are_those_of_its_manifests() -> None:
    assert environ_of(MANIFESTS, "code-review") == {
        "LEARNFLOW_LOG_LEVEL": "DEBUG",
        "FUNCTION_TARGET": "code_review",
    }
