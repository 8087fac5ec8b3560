"""Alerts and dashboards ask for metrics that there are, and every alert is explained."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
from sandbox_runner.errors import Busy
from sandbox_runner.prometheus import Prometheus

from functions.runtime.metrics import CATALOG
from infra.checks import Manifests, problems
from infra.checks.manifests import at, variables
from infra.checks.network_policies import selects
from tests.support.overlays import KNATIVE, ROOT, build, overlay

MONITORING = KNATIVE / "monitoring"
# Of Strimzi's exporter, and of prometheus-client itself.
OTHERS = {
    "kafka_consumergroup_lag": {"consumergroup", "topic", "partition"},
    "kafka_topic_partition_current_offset": {"topic", "partition"},
    "process_resident_memory_bytes": {"namespace", "pod"},
    "process_cpu_seconds_total": {"namespace", "pod"},
}


def of_the_runner() -> dict[str, set[str]]:
    """Give the runner's metrics with their labels, as a scrape shows them."""
    shown = Prometheus(1)
    shown.watch({"waiting": float, "running": float, "cells": float, "memory": float})
    shown.waited(0)
    shown.finished({"status": "ok", "duration_ms": 1.0, "peak_memory_bytes": 1})
    shown.refused(Busy())
    samples = [sample for family in shown.registry.collect() for sample in family.samples]
    return {one.name: set(one.labels) for one in samples if not one.name.endswith("_created")}


RUNNER = of_the_runner()


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Manifests:
    folder = tmp_path_factory.mktemp("monitored")
    overlay, component = (
        os.path.relpath(KNATIVE / name, folder) for name in ("overlays/production", "monitoring")
    )
    (folder / "kustomization.yaml").write_text(
        f"resources: [{overlay}/../../base, {overlay}/../../topics]\ncomponents: [{component}]\n"
        f"configMapGenerator: [{{name: learnflow-config, behavior: merge, envs: [config.env]}}]\n"
        f"transformers: [in-namespace.yaml]\n"
    )
    for name in ("config.env", "in-namespace.yaml"):
        (folder / name).write_text((KNATIVE / "overlays" / "production" / name).read_text())
    return build(folder)


def alerts(manifests: Manifests) -> list[Any]:
    return [
        rule
        for one in manifests.kind("PrometheusRule")
        for group in one["spec"]["groups"]
        for rule in group["rules"]
    ]


def dashboard() -> Any:
    return json.loads((MONITORING / "dashboards" / "learnflow.json").read_text())


def asked() -> Iterator[str]:
    for panel in dashboard()["panels"]:
        yield from (target["expr"].replace("$__rate_interval", "5m") for target in panel["targets"])


def selectors(node: Any) -> Iterator[Any]:
    """Walk an expression down to what it selects."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for part in ("lhs", "rhs", "expr", "param", "vector_selector", "vs"):
        if (inner := getattr(node, part, None)) is not None:
            yield from selectors(inner)
    for inner in getattr(node, "args", None) or ():
        yield from selectors(inner)


def known(name: str) -> set[str] | None:
    """Give the labels of a metric."""
    base = re.sub(r"_(bucket|count|sum)$", "", name)
    metric = CATALOG.get(name) or CATALOG.get(base)
    if metric is None:
        return RUNNER[name] if name in RUNNER else OTHERS.get(name)
    return {"function", *metric.labels} | ({"le"} if name.endswith("_bucket") else set())


def unknown(expression: str) -> list[str]:
    """Name what an expression asks for that there is not."""
    found = list(selectors(promql_parser.parse(expression)))
    assert found, f"nothing is selected by {expression}"
    strangers = []
    for one in found:
        labels = known(one.name)
        if labels is None:
            strangers.append(one.name)
        else:
            strangers += [m.name for m in one.matchers.matchers if m.name not in labels]
    return strangers


def test_the_component_fits_into_an_overlay(monitored: Manifests) -> None:
    assert problems(monitored) == []
    assert monitored.settings()["LEARNFLOW_METRICS_PORT"] == "9464"
    (monitor,) = monitored.kind("PodMonitor")
    assert "9464" in at(monitor, "spec", "podMetricsEndpoints", 0, "relabelings", 0, "replacement")
    assert at(monitor, "metadata", "namespace") == "learnflow"


def test_every_alert_asks_for_what_there_is(monitored: Manifests) -> None:
    assert {rule["alert"]: unknown(rule["expr"]) for rule in alerts(monitored)} == {
        rule["alert"]: [] for rule in alerts(monitored)
    }


def test_every_panel_asks_for_what_there_is() -> None:
    assert [unknown(expression) for expression in asked()] == [[] for _ in asked()]


def test_every_metric_is_shown_or_watched(monitored: Manifests) -> None:
    text = "\n".join([*asked(), *(rule["expr"] for rule in alerts(monitored))])
    assert [name for name in CATALOG if name not in text] == []
    runners = {re.sub(r"_(bucket|count|sum)$", "", name) for name in RUNNER}
    assert [name for name in sorted(runners) if name not in text] == []


def test_monitoring_alone_reaches_the_runners_metrics_and_gives_it_no_way_out(monitored: Manifests) -> None:
    runner = monitored.service("sandbox-runner")
    given = variables(runner)
    assert given["LEARNFLOW_SANDBOX_METRICS_PORT"]["value"] == "9464"
    assert given["HOST"]["value"] == "127.0.0.1"
    assert not any(
        "LEARNFLOW_SANDBOX_METRICS_PORT" in variables(one) for one in overlay("production").services()
    )
    labels = runner["spec"]["template"]["metadata"]["labels"]
    own = [one for one in monitored.kind("NetworkPolicy") if selects(at(one, "spec", "podSelector"), labels)]
    doors = [rule for one in own for rule in at(one, "spec", "ingress", default=[])]
    (door,) = [rule for rule in doors if {"port": 9464, "protocol": "TCP"} in rule["ports"]]
    space = {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}
    assert door == {"from": [{"namespaceSelector": space}], "ports": [{"port": 9464, "protocol": "TCP"}]}
    assert not any(at(one, "spec", "egress") for one in own)
    (monitor,) = monitored.kind("PodMonitor")
    assert selects(at(monitor, "spec", "selector"), labels)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("rate(learnflow_event_total[5m]) > 0", ["learnflow_event_total"]),
        ('learnflow_dead_letters_total{cause="x"}', ["cause"]),
        ("sum(learnflow_outbox_age) / 2", ["learnflow_outbox_age"]),
    ],
)
def test_what_there_is_not_is_noticed(expression: str, said: list[str]) -> None:
    assert unknown(expression) == said


def test_every_alert_is_explained_in_the_guide_and_no_other(monitored: Manifests) -> None:
    guide = (ROOT / "docs" / "operations" / "run.md").read_text()
    assert set(re.findall(r"`(LearnFlow\w+)`", guide)) == {rule["alert"] for rule in alerts(monitored)}
