"""What would lose events or hang is refused before anything is changed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from infra.checks import Manifests
from infra.deploy import guards
from tests.support.overlays import overlay


@pytest.fixture(scope="module")
def manifests() -> Manifests:
    return overlay("production")


def live(manifests: Manifests, kind: str, name: str) -> dict[str, Any]:
    return deepcopy(dict(next(one for one in manifests.kind(kind) if one["metadata"]["name"] == name)))


def test_what_is_there_already_is_no_obstacle(manifests: Manifests) -> None:
    assert list(guards.obstacles(manifests, list(manifests.documents))) == []


def test_a_group_never_changes(manifests: Manifests) -> None:
    source = live(manifests, "KafkaSource", "triage-learning-requests")
    source["spec"]["consumerGroup"] = "older"
    (found,) = guards.obstacles(manifests, [source])
    assert "consumerGroup is older and cannot become learnflow.triage.learning.requests" in found


def test_a_topic_never_changes(manifests: Manifests) -> None:
    sink = live(manifests, "KafkaSink", "learning-requests")
    sink["spec"]["topic"] = "older"
    (found,) = guards.obstacles(manifests, [sink])
    assert "topic is older and cannot become learning.requests" in found


def test_nothing_is_applied_over_what_is_being_deleted(manifests: Manifests) -> None:
    sink = live(manifests, "KafkaSink", "learning-requests")
    sink["metadata"]["deletionTimestamp"] = "2026-11-23T10:00:00Z"
    (found,) = guards.obstacles(manifests, [sink])
    assert "is being deleted" in found


def test_a_deployment_does_not_run_into_a_canary(manifests: Manifests) -> None:
    service = live(manifests, "Service", "triage")
    service["spec"]["traffic"] = [{"revisionName": "triage-00007", "percent": 100}]
    (found,) = guards.obstacles(manifests, [service])
    assert "pinned" in found


def test_strangers_are_left_alone(manifests: Manifests) -> None:
    source = live(manifests, "KafkaSource", "triage-learning-requests")
    source["metadata"]["name"] = "replay-progress"
    assert guards.left_alone(manifests, [source]) == ["KafkaSource replay-progress"]
    assert list(guards.obstacles(manifests, [source])) == []


def test_the_secrets_that_must_be_there(manifests: Manifests) -> None:
    assert guards.needed_secrets(manifests) == {
        "learnflow-auth": {"LEARNFLOW_TEACHER_INVITE"},
        "learnflow-database": {"DATABASE_URL"},
        "learnflow-events": {"LEARNFLOW_EVENT_KEYS"},
        "learnflow-kafka": {"ca.crt", "password", "protocol", "sasl.mechanism", "user"},
        "learnflow-tls": {"tls.crt", "tls.key"},
    }
    assert set(guards.needed_secrets(overlay("trial"))) == {"learnflow-auth", "learnflow-database"}


def test_a_secret_without_a_key_is_noticed() -> None:
    trial = overlay("trial")
    secrets = [
        {"metadata": {"name": "learnflow-auth"}, "data": {"LEARNFLOW_TEACHER_INVITE": "eA=="}},
        {"metadata": {"name": "learnflow-database"}, "data": {"url": "eA=="}},
    ]
    assert list(guards.secret_obstacles(trial, secrets)) == [
        "Secret learnflow-database has no DATABASE_URL",
        "Secret learnflow-auth has none of LEARNFLOW_JWT_PRIVATE_KEY, LEARNFLOW_JWT_SECRET",
    ]
    assert next(guards.secret_obstacles(trial, secrets[:1])) == "Secret learnflow-database is missing"


def test_topics_need_strimzi(manifests: Manifests) -> None:
    (found,) = guards.topic_obstacles(manifests, {})
    assert "TOPICS=no" in found
    assert list(guards.topic_obstacles(manifests, {"kind": "CustomResourceDefinition"})) == []
    assert list(guards.topic_obstacles(overlay("trial"), {})) == []


def test_a_domain_has_to_be_claimed_for_the_namespace(manifests: Manifests) -> None:
    claim = {"metadata": {"name": "learnflow.example.com"}, "spec": {"namespace": "learnflow"}}
    other = {"metadata": {"name": "learnflow.example.com"}, "spec": {"namespace": "other"}}
    assert list(guards.domain_obstacles(manifests, [claim], {})) == []
    (found,) = guards.domain_obstacles(manifests, [other], {})
    assert "is not claimed for learnflow" in found
    by_itself = {"data": {"autocreate-cluster-domain-claims": "true"}}
    assert list(guards.domain_obstacles(manifests, [], by_itself)) == []


def test_the_flag_for_gvisor_has_to_be_on(manifests: Manifests) -> None:
    (found,) = guards.sandbox_obstacles(manifests, {"data": {}}, {"data": {}})
    assert "podspec-runtimeclassname off" in found
    assert list(guards.sandbox_obstacles(manifests, {"data": {guards.FLAG: "enabled"}}, {})) == []


def test_the_label_for_gvisor_has_to_be_known(manifests: Manifests) -> None:
    service = live(manifests, "Service", "sandbox-runner")
    del service["spec"]["template"]["spec"]["runtimeClassName"]
    service["spec"]["template"]["metadata"]["labels"]["learnflow.example/sandbox"] = "yes"
    labelled = Manifests((service,))
    (found,) = guards.sandbox_obstacles(labelled, {}, {"data": {}})
    assert "no runtime-class-name" in found
    known = {"data": {"runtime-class-name": 'gvisor:\n  selector:\n    learnflow.example/sandbox: "yes"\n'}}
    assert list(guards.sandbox_obstacles(labelled, {}, known)) == []


ON = {"data": {"use-remote-address": "true"}}


def proxy(*addresses: str) -> dict[str, Any]:
    ips = [{"ip": address} for address in addresses]
    return {"metadata": {"name": "activator-1"}, "status": {"podIPs": ips}}


@pytest.mark.parametrize("kourier", [{}, {"data": {}}, {"data": {"use-remote-address": "false"}}])
def test_kourier_has_to_say_who_calls(manifests: Manifests, kourier: dict[str, Any]) -> None:
    (found,) = guards.caller_obstacles(manifests, kourier, [])
    assert """--type=merge -p '{"data":{"use-remote-address":"true"}}'""" in found


def test_the_proxies_have_to_be_in_the_trusted_networks(manifests: Manifests) -> None:
    assert list(guards.caller_obstacles(manifests, ON, [proxy("10.42.0.17"), proxy()])) == []
    assert list(guards.caller_obstacles(manifests, ON, [proxy("10.42.0.9", "fd00:42::9")])) == [
        "activator-1 (fd00:42::9) is in none of LEARNFLOW_TRUSTED_NETWORKS (config.env)"
    ]


def test_a_trial_trusts_nobody_and_asks_nothing_of_kourier() -> None:
    assert list(guards.caller_obstacles(overlay("trial"), {}, [proxy("10.244.0.9")])) == []
