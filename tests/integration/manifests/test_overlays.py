"""What is deployed is right, in every environment."""

from __future__ import annotations

import os
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from infra.checks import Manifests, problems
from infra.checks.delivery import Delivery
from infra.checks.manifests import at, container, scaling
from infra.checks.strict import schema_problems
from tests.support.overlays import KNATIVE, build, overlay

ENVIRONMENTS = ("local", "staging", "production", "trial")
NOBODY_WAITS_FOR = {"notification", "outbox"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_overlay_has_no_problem(environment: str) -> None:
    assert problems(overlay(environment)) == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_is_referred_to_comes_first(environment: str) -> None:
    """All at once (`kubectl apply -k`) is then accepted at the first time too."""
    kinds = [one["kind"] for one in overlay(environment).documents]
    wanted = (
        "Namespace",
        "RuntimeClass",
        "ServiceAccount",
        "ConfigMap",
        "KafkaSink",
        "Service",
        "KafkaSource",
    )
    order = [kind for kind in wanted if kind in kinds]
    last = {kind: len(kinds) - kinds[::-1].index(kind) for kind in order}
    assert [kind for kind, next_ in pairwise(order) if last[kind] > kinds.index(next_)] == []


def test_what_the_administrator_applies_fits_the_schemas() -> None:
    assert list(schema_problems(build(KNATIVE / "cluster"))) == []


def test_the_domain_is_claimed_for_the_namespace_that_maps_it() -> None:
    claims = {
        c["metadata"]["name"]: c["spec"]["namespace"]
        for c in build(KNATIVE / "cluster").kind("ClusterDomainClaim")
    }
    for environment in ("staging", "production"):
        (mapping,) = overlay(environment).kind("DomainMapping")
        assert claims[mapping["metadata"]["name"]] == mapping["metadata"]["namespace"]
        assert mapping["spec"]["ref"]["name"] == "gateway"


def test_the_runner_gets_gvisor_by_a_label_where_the_flag_is_off(tmp_path: Path) -> None:
    def relative(path: Path) -> str:
        return os.path.relpath(path, tmp_path)

    (tmp_path / "kustomization.yaml").write_text(
        f"resources: [{relative(KNATIVE / 'overlays' / 'production')}]\n"
        f"components: [{relative(KNATIVE / 'components' / 'gvisor-by-label')}]\n"
    )
    manifests = build(tmp_path)
    template = manifests.service("sandbox-runner")["spec"]["template"]
    assert problems(manifests) == []
    assert "runtimeClassName" not in template["spec"]
    assert template["metadata"]["labels"]["learnflow.example/sandbox"] == "yes"


def test_interactive_services_stay_warm_in_production_only() -> None:
    def warm(environment: str) -> set[str]:
        return {
            at(service, "metadata", "name")
            for service in overlay(environment).services()
            if scaling(service)["autoscaling.knative.dev/min-scale"] != "0"
        }

    everything = {at(service, "metadata", "name") for service in overlay("production").services()}
    assert warm("production") == everything - NOBODY_WAITS_FOR
    assert warm("staging") == warm("trial") == set()


@pytest.mark.parametrize("environment", ["staging", "production", "trial"])
def test_images_have_a_tag_of_their_own(environment: str) -> None:
    images = {container(service)["image"] for service in overlay(environment).services()}
    assert len(images) == 2
    assert all(re.search(r"(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$", image) for image in images)


def test_a_changed_setting_makes_a_new_revision() -> None:
    (local,), (production,) = overlay("local").names("ConfigMap"), overlay("production").names("ConfigMap")
    assert local != production
    triage = container(overlay("production").service("triage"))
    assert triage["envFrom"] == [{"configMapRef": {"name": production}}]


def test_the_comment_says_how_long_an_event_can_take(production: Manifests) -> None:
    (delivery,) = {Delivery.read(source) for source in production.kind("KafkaSource")}
    comment = (KNATIVE / "base" / "patches" / "kafka-source.yaml").read_text()
    figures = (
        delivery.waiting_s,
        9 * delivery.timeout_s,
        delivery.worst_s,
        delivery.worst_with_dead_letter_s,
    )
    assert figures == pytest.approx((102, 270, 372, 744))
    assert [int(number) for number in re.findall(r"\b(102|270|372|744)\b", comment)] == [102, 270, 372, 744]


def test_delays_double() -> None:
    assert Delivery(3, "exponential", 0.2, 1).waiting_s == pytest.approx(0.4 + 0.8 + 1.6)
    assert Delivery(4, "linear", 0.2, 1).waiting_s == pytest.approx(0.2 + 0.4 + 0.6 + 0.8)


def test_groups_never_change() -> None:
    """A new name reads a topic again from its start, or deletes the group of the old one."""
    golden = Path(__file__).with_name("consumer-groups.txt").read_text().split()
    for environment in ENVIRONMENTS:
        sources = overlay(environment).kind("KafkaSource")
        assert sorted(f"{s['metadata']['name']}={s['spec']['consumerGroup']}" for s in sources) == golden


def test_the_script_makes_the_same_topics(production: Manifests, tmp_path: Path) -> None:
    recorder = tmp_path / "kafka-topics.sh"
    recorder.write_text('#!/bin/sh\necho "$@"\n')
    recorder.chmod(0o755)
    environ = {"PATH": os.environ["PATH"], "BOOTSTRAP": "broker:9092", "KAFKA_TOPICS": str(recorder)}
    script = KNATIVE / "topics" / "create.sh"
    done = subprocess.run([str(script)], env=environ, capture_output=True, text=True, check=True)
    wanted = {
        f"--bootstrap-server broker:9092 --create --if-not-exists --topic {topic['metadata']['name']}"
        f" --partitions {topic['spec']['partitions']} --replication-factor {topic['spec']['replicas']}"
        + "".join(f" --config {key}={value}" for key, value in topic["spec"]["config"].items())
        for topic in production.kind("KafkaTopic")
    }
    assert set(done.stdout.splitlines()) == wanted
