"""Whole deployments against kn and kubectl that check their flags and remember what they were told."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.checks import Manifests
from infra.deploy.__main__ import deploy
from infra.deploy.request import Request
from infra.deploy.steps import MONITORING
from infra.deploy.tree import Tree
from tests.support import recording_cli
from tests.support.overlays import KNATIVE, ROOT, kustomize, overlay

KEYS = {
    "learnflow-auth": ("LEARNFLOW_TEACHER_INVITE", "LEARNFLOW_JWT_SECRET"),
    "learnflow-database": ("DATABASE_URL",),
    "learnflow-kafka": ("protocol", "sasl.mechanism", "user", "password", "ca.crt"),
    "learnflow-tls": ("tls.crt", "tls.key"),
}
SECRETS = [{"metadata": {"name": name}, "data": dict.fromkeys(keys, "")} for name, keys in KEYS.items()]
STRIMZI = "customresourcedefinitions/kafkatopics.kafka.strimzi.io"
CLAIMS = "clusterdomainclaims.networking.internal.knative.dev"
CLAIM = {"metadata": {"name": "staging.learnflow.example.com"}, "spec": {"namespace": "learnflow-staging"}}
LIVE_KINDS = "kafkasources.sources.knative.dev,kafkasinks.eventing.knative.dev,services.serving.knative.dev"
REVISIONS = "revisions.serving.knative.dev"
FEATURES = {"data": {"kubernetes.podspec-runtimeclassname": "enabled"}}

KOURIER = {"data": {"use-remote-address": "true"}}


@dataclass(frozen=True)
class Cluster:
    """The recording programs and what they find."""

    folder: Path

    def says(self, **found: Any) -> None:
        base = {
            "secrets": {"items": SECRETS},
            "configmap/config-features": FEATURES,
            "configmap/config-kourier": KOURIER,
            STRIMZI: {"kind": "CustomResourceDefinition"},
            CLAIMS: {"items": [CLAIM]},
            "configmaps": {"items": [contract(overlay("staging"))]},
        }
        (self.folder / "live.json").write_text(json.dumps(base | found))

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", "RECORDER": str(self.folder)}
        environ["KUSTOMIZE"] = kustomize()
        command = [sys.executable, "-m", "infra.deploy", *words, f"OUT={self.folder / 'tree'}"]
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    @property
    def calls(self) -> list[list[str]]:
        path = self.folder / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def changes(self) -> list[str]:
        return [" ".join(call) for call in self.calls if call[1] not in {"get", "logs"}]


def contract(manifests: Manifests) -> dict[str, Any]:
    """Make the ConfigMap that the dispatcher would have."""
    resources = [
        {
            "topics": source["spec"]["topics"],
            "bootstrapServers": ",".join(source["spec"]["bootstrapServers"]),
            "egresses": [
                {
                    "consumerGroup": source["spec"]["consumerGroup"],
                    "egressConfig": {
                        "deadLetter": "http://kafka-sink-ingress.knative-eventing.svc.cluster.local"
                        f"/{source['metadata']['namespace']}/dead-letter",
                        "retry": 8,
                        "backoffDelay": "200",
                        "timeout": "30000",
                    },
                }
            ],
        }
        for source in manifests.kind("KafkaSource")
    ]
    data = base64.b64encode(json.dumps({"resources": resources}).encode()).decode()
    return {"metadata": {"name": "kafka-source-dispatcher-0"}, "binaryData": {"data": data}}


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    script = f"#!{sys.executable}\n{Path(recording_cli.__file__).read_text()}"
    for name in ("kn", "kubectl"):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    cluster = Cluster(tmp_path)
    cluster.says()
    return cluster


def test_a_first_deployment_does_what_the_dry_run_says(cluster: Cluster) -> None:
    planned = cluster.run("deploy", "ENV=staging", "--dry-run")
    assert planned.returncode == 0, planned.stderr
    assert cluster.calls == []
    done = cluster.run("deploy", "ENV=staging")
    assert done.returncode == 0, done.stderr
    assert cluster.changes == planned.stdout.splitlines()
    assert "every KafkaSource is in force as meant" in done.stdout
    assert "no Secret learnflow-events: events are neither signed nor checked" in done.stdout


@pytest.mark.parametrize("there", [(), ("PodMonitor",), ("PodMonitor", "PrometheusRule")])
def test_monitoring_is_left_out_where_the_cluster_does_not_know_it(
    cluster: Cluster,
    there: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", f"{cluster.folder}:{os.environ['PATH']}")
    monkeypatch.setenv("RECORDER", str(cluster.folder))
    definition = {"kind": "CustomResourceDefinition"}
    cluster.says(**{f"customresourcedefinitions/{MONITORING[kind]}": definition for kind in there})
    staging = overlay("staging").documents
    for name in ("pod-monitor", "rules"):
        document = yaml.safe_load((KNATIVE / "monitoring" / f"{name}.yaml").read_text())
        document["metadata"]["namespace"] = "learnflow-staging"
        staging = (*staging, document)
    tree = Tree(cluster.folder / "tree", Manifests(staging))
    tree.write()
    deploy(tree, Request("deploy", "staging"))
    said = capsys.readouterr().out
    for kind, definition_name in MONITORING.items():
        line = f"{kind} learnflow left out: the cluster has no {definition_name}"
        assert (line in said) is (kind not in there)
        assert any(f"/{kind.lower()}" in change for change in cluster.changes) is (kind in there)
    assert "every KafkaSource is in force as meant" in said


def test_a_service_that_does_not_start_shows_its_pods_and_ends_the_deployment(cluster: Cluster) -> None:
    waiting = {
        "name": "user-container",
        "restartCount": 4,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    }
    pod = {"metadata": {"name": "debug-1"}, "status": {"phase": "Running", "containerStatuses": [waiting]}}
    conditions = [
        {"type": "Ready", "status": "Unknown", "reason": "Deploying"},
        {"type": "Active", "status": "False", "severity": "Info"},
    ]
    revision = {"metadata": {"name": "debug-00002"}, "status": {"conditions": conditions}}
    events = [
        {"involvedObject": {"name": name}, "reason": "FailedCreate", "message": message}
        for name, message in (
            ("debug-00002-deployment-5", "exceeded quota"),
            ("concepts-1", "no business of debug"),
        )
    ]
    found = {"pods": {"items": [pod]}, REVISIONS: {"items": [revision]}, "events": {"items": events}}
    cluster.says(fails="debug", **found)
    done = cluster.run("deploy", "ENV=staging")
    assert done.returncode == 1
    assert "debug is not ready; its pods:\n  debug-1: Running" in done.stdout
    assert "user-container: waiting CrashLoopBackOff, restarts 4" in done.stdout
    assert "the container's own words" in done.stdout
    assert "  debug-00002: Ready Unknown Deploying" in done.stdout
    assert "  debug-00002-deployment-5: FailedCreate: exceeded quota" in done.stdout
    assert "no business of debug" not in done.stdout
    assert not any("kafkasource" in change or "gateway" in change for change in cluster.changes)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"secrets": {"items": SECRETS[1:]}}, "Secret learnflow-auth is missing"),
        ({STRIMZI: {}}, "Strimzi is not installed"),
        ({CLAIMS: {"items": []}}, "staging.learnflow.example.com is not claimed"),
        ({"configmap/config-features": {"data": {}}}, "podspec-runtimeclassname off"),
        ({"configmap/config-kourier": {"data": {}}}, "use-remote-address off"),
        (
            {"pods": {"items": [{"metadata": {"name": "a-1"}, "status": {"podIPs": [{"ip": "10.0.0.4"}]}}]}},
            "a-1 (10.0.0.4) is in none of LEARNFLOW_TRUSTED_NETWORKS",
        ),
        (
            {
                LIVE_KINDS: {
                    "items": [
                        {
                            "kind": "KafkaSource",
                            "metadata": {"name": "triage-learning-requests"},
                            "spec": {"consumerGroup": "older"},
                        }
                    ]
                }
            },
            "cannot become learnflow.triage.learning.requests",
        ),
    ],
)
def test_a_deployment_that_can_not_go_well_changes_nothing(
    cluster: Cluster, found: dict[str, Any], said: str
) -> None:
    cluster.says(**found)
    done = cluster.run("deploy", "ENV=staging")
    assert done.returncode == 1
    assert said in done.stderr
    assert cluster.changes == []


def test_a_source_that_ignores_its_change_is_reported(cluster: Cluster) -> None:
    cluster.says(configmaps={"items": []})
    done = cluster.run("deploy", "ENV=staging", "ONLY=triage", "WAIT=1")
    assert done.returncode == 1
    assert "ServiceAccount/learnflow-function not found" in done.stderr
    cluster.says(configmaps={"items": []}, old=True)
    done = cluster.run("deploy", "ENV=staging", "ONLY=triage", "WAIT=1")
    assert done.returncode == 1
    assert "KafkaSource triage-learning-requests: no dispatcher has it" in done.stderr


def test_a_canary_is_brought_up_and_promoted(cluster: Cluster) -> None:
    ready = {"metadata": {"name": "triage"}, "status": {"latestReadyRevisionName": "triage-00007"}}
    cluster.says(ksvc=ready, old=True)
    done = cluster.run("canary", "ENV=staging", "ONLY=triage", "PERCENT=20")
    assert done.returncode == 0, done.stderr
    assert [change.split()[:3] for change in cluster.changes] == [
        ["kubectl", "apply", "--validate=strict"],
        ["kn", "service", "update"],
        ["kn", "service", "apply"],
        ["kubectl", "wait", "--for=condition=Ready"],
        ["kn", "service", "update"],
    ]
    split = [
        {"revisionName": "triage-00007", "percent": 80},
        {"latestRevision": True, "percent": 20, "tag": "candidate"},
    ]
    cluster.says(ksvc={**ready, "spec": {"traffic": split}}, old=True)
    assert cluster.run("promote", "ENV=staging", "ONLY=triage").returncode == 0
    assert "--untag candidate --traffic @latest=100" in cluster.changes[-1]


def test_a_deployment_that_failed_does_not_go_well_the_second_time(cluster: Cluster) -> None:
    """kn says "No changes to apply", and with it that all is well, when what it would write is written."""
    cluster.says(unready=["debug"])
    done = cluster.run("deploy", "ENV=staging")
    assert done.returncode == 1
    assert "debug is not ready; its pods:" in done.stdout
    assert not any("exercise" in change for change in cluster.changes if change.startswith("kn"))


def test_a_rollback_names_a_revision_that_can_serve(cluster: Cluster) -> None:
    """kn sets the traffic first, and only then finds out that there is no such revision."""
    ready, crashed = ([{"type": "Ready", "status": status}] for status in ("True", "False"))
    there = [
        {"metadata": {"name": "triage-00003"}, "status": {"conditions": ready}},
        {"metadata": {"name": "triage-00004"}, "status": {"conditions": crashed}},
    ]
    cluster.says(ksvc={"metadata": {"name": "triage"}}, **{REVISIONS: {"items": there}})
    for missing in ("triage-00004", "triage-00077"):
        done = cluster.run("rollback", "ENV=staging", "ONLY=triage", f"REVISION={missing}")
        assert done.returncode == 1
        assert f"REVISION: {missing} is not ready; those that are: triage-00003" in done.stderr
    assert cluster.changes == []
    assert cluster.run("rollback", "ENV=staging", "ONLY=triage", "REVISION=triage-00003").returncode == 0


def test_a_rollback_right_after_promote_goes_back_to_what_served_before(cluster: Cluster) -> None:
    """The guide shows this order, and names no revision."""
    there = [
        {
            "metadata": {
                "name": name,
                "labels": {"serving.knative.dev/routingState": state},
                "annotations": {"serving.knative.dev/routingStateModified": "2026-12-01T09:30:00Z"},
            },
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        }
        for name, state in (("triage-00007", "reserve"), ("triage-00008", "active"))
    ]
    promoted = {
        "metadata": {"name": "triage"},
        "spec": {"traffic": [{"latestRevision": True, "percent": 100}]},
    }
    cluster.says(ksvc=promoted, **{REVISIONS: {"items": there}})
    done = cluster.run("rollback", "ENV=staging", "ONLY=triage")
    assert done.returncode == 0, done.stderr
    (change,) = cluster.changes
    assert "--traffic triage-00007=100" in change
    cluster.says(ksvc=promoted, **{REVISIONS: {"items": there[1:]}})
    done = cluster.run("rollback", "ENV=staging", "ONLY=triage")
    assert (done.returncode, len(cluster.changes)) == (1, 1)
    assert "no ready revision is known to have served before" in done.stderr


def test_the_tree_is_where_kn_looks_for_services(cluster: Cluster) -> None:
    assert cluster.run("render", "ENV=staging").returncode == 0
    services = cluster.folder / "tree" / "learnflow-staging" / "ksvc"
    assert {path.stem for path in services.iterdir()} == {
        service["metadata"]["name"] for service in overlay("staging").services()
    }
