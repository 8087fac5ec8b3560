from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.standin.addresses import Addresses
from infra.standin.errors import PlanError
from infra.standin.eventing import Destination, Reference
from infra.standin.manifests import Manifests, parse_manifests
from infra.standin.plan import HealthCheck, Plan, Ports, ServicePorts, plan

SECRETS = {"learnflow-database": {"DATABASE_URL": "postgresql://here"}}
CONFIG: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "config", "namespace": "ns"},
    "data": {
        "SINKS": "http://kafka-sink-ingress.knative-eventing.svc.cluster.local/ns",
        "RUNNER": "http://runner.ns.svc.cluster.local/execute",
    },
}


def service(name: str, env: list[dict[str, Any]] | None = None, **revision: Any) -> dict[str, Any]:
    """A Service manifest; `container` members go to its container."""
    container = {"image": "learnflow/functions", "env": env or [], **revision.pop("container", {})}
    annotations = revision.pop("annotations", {})
    template = {"metadata": {"annotations": annotations}, "spec": {"containers": [container], **revision}}
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "ns"},
        "spec": {"template": template},
    }


def manifests(*documents: dict[str, Any]) -> Manifests:
    return parse_manifests(yaml.safe_dump_all([CONFIG, *documents]), origin="test")


def planned(*documents: dict[str, Any], **instances: int) -> Plan:
    read = manifests(*documents)
    ports = Ports.assign(read, count(7000).__next__, instances=instances)
    return plan(read, ports, secrets=SECRETS)


def key(kind: str, name: str, key: str, **more: Any) -> dict[str, Any]:
    return {"name": "X", "valueFrom": {f"{kind}KeyRef": {"name": name, "key": key, **more}}}


def environ(*env: dict[str, Any], **container: Any) -> dict[str, str]:
    made = planned(service("triage", [*env], container=container), service("runner"))
    return dict(made.service("triage").instances[0].environ)


def test_a_process_knows_its_port_and_its_service() -> None:
    assert environ({"name": "FUNCTION_TARGET", "value": "triage"}) == {
        "FUNCTION_TARGET": "triage",
        "PORT": "7000",
        "K_SERVICE": "triage",
        "K_CONFIGURATION": "triage",
        "K_REVISION": "triage-00001",
    }


def test_in_cluster_hosts_become_local_addresses() -> None:
    found = environ(key("configMap", "config", "SINKS"), envFrom=[{"configMapRef": {"name": "config"}}])
    assert found["X"] == "http://127.0.0.1:7003/ns"
    assert found["RUNNER"] == "http://127.0.0.1:7001/execute"


def test_secrets_come_from_the_supervisor() -> None:
    assert environ(key("secret", "learnflow-database", "DATABASE_URL"))["X"] == "postgresql://here"


def test_what_is_optional_may_be_missing() -> None:
    assert "X" not in environ(key("secret", "model", "KEY", optional=True))
    assert environ(envFrom=[{"secretRef": {"name": "no", "optional": True}}])


@pytest.mark.parametrize(
    ("env", "message"),
    [
        (key("secret", "model", "KEY"), "Service triage: env X: Secret model has no key KEY"),
        (key("configMap", "config", "NO"), "Service triage: env X: ConfigMap config has no key NO"),
        ({"name": "X", "value": "http://no.ns.svc.cluster.local"}, "answers to no.ns.svc.cluster.local"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(env: dict[str, Any], message: str) -> None:
    with pytest.raises(PlanError, match=message):
        environ(env)


def test_env_wins_over_env_from() -> None:
    found = environ({"name": "P_RUNNER", "value": "mine"}, envFrom=[
        {"prefix": "P_", "configMapRef": {"name": "config"}}
    ])  # fmt: skip
    assert found["P_RUNNER"] == "mine"


def test_a_limit_or_several_instances_need_a_front() -> None:
    made = planned(service("one"), service("limited", containerConcurrency=1), service("many"), many=2)
    assert [(one.name, one.fronted, len(one.instances)) for one in made.services] == [
        ("one", False, 1),
        ("limited", True, 1),
        ("many", True, 2),
    ]
    assert made.service("one").address == f"127.0.0.1:{made.service('one').instances[0].port}"
    assert made.service("many").address not in {f"127.0.0.1:{i.port}" for i in made.service("many").instances}


def test_min_scale_is_the_number_of_processes() -> None:
    made = planned(service("gateway", annotations={"autoscaling.knative.dev/min-scale": "2"}))
    assert len(made.service("gateway").instances) == 2


def test_probes_time_limit_and_isolation_are_carried_over() -> None:
    probe = {"httpGet": {"path": "/health/ready"}, "periodSeconds": 5, "timeoutSeconds": 2}
    made = planned(
        service("runner", timeoutSeconds=15, runtimeClassName="gvisor", container={"readinessProbe": probe})
    ).service("runner")
    assert (made.timeout_s, made.sandboxed, made.liveness) == (15.0, True, None)
    assert made.readiness == HealthCheck(path="/health/ready", period_s=5.0, timeout_s=2.0)


def test_a_probe_of_another_port_is_refused() -> None:
    with pytest.raises(PlanError, match="probe of port 9"):
        planned(service("triage", container={"livenessProbe": {"tcpSocket": {"port": 9}}}))


def test_ports_survive_their_file(tmp_path: Path) -> None:
    ports = Ports(1, 2, {"triage": ServicePorts(3, (4, 5))})
    ports.save(tmp_path / "ports.json")
    assert Ports.load(tmp_path / "ports.json") == ports


def test_a_missing_port_is_refused() -> None:
    with pytest.raises(PlanError, match="no port was given for Service triage"):
        plan(manifests(service("triage")), Ports(1, 2, {}))


def test_without_secrets_environments_are_left_out() -> None:
    read = manifests(service("triage", [key("secret", "model", "KEY")]))
    made = plan(read, Ports.assign(read, count(7000).__next__))
    assert dict(made.service("triage").instances[0].environ) == {"PORT": "7000"}


ADDRESSES = Addresses.of(sink="127.0.0.1:1", services={("ns", "triage"): "127.0.0.1:2"})


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("http://triage.ns.svc.cluster.local", "http://127.0.0.1:2"),
        ("http://triage.ns.svc:80/a?b", "http://127.0.0.1:2/a?b"),
        ("a=http://triage.ns.svc,http://triage.ns.svc/x", "a=http://127.0.0.1:2,http://127.0.0.1:2/x"),
        ("https://api.example.org/v1", "https://api.example.org/v1"),
        ("postgresql://localhost/svc", "postgresql://localhost/svc"),
    ],
)
def test_only_in_cluster_names_are_replaced(text: str, local: str) -> None:
    assert ADDRESSES.localise(text) == local


@pytest.mark.parametrize("text", ["http://triage.ns.svc:8080", "kafka.kafka.svc:9092", "http://x.ns.svc/a"])
def test_an_unknown_in_cluster_name_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="nothing local answers to"):
        ADDRESSES.localise(text)


def test_a_relative_uri_is_appended_to_the_reference() -> None:
    ref = Reference(kind="Service", name="triage", api_version="serving.knative.dev/v1")
    assert ADDRESSES.url(Destination(ref=ref, uri="/events/a"), "ns") == "http://127.0.0.1:2/events/a"


def test_a_kafka_sink_is_reached_through_the_ingress() -> None:
    ref = Reference(kind="KafkaSink", name="dead-letter", api_version="eventing.knative.dev/v1alpha1")
    assert ADDRESSES.url(Destination(ref=ref), "ns") == "http://127.0.0.1:1/ns/dead-letter"


def test_a_reference_to_a_missing_service_is_refused() -> None:
    ref = Reference(kind="Service", name="nope", api_version="serving.knative.dev/v1")
    with pytest.raises(PlanError, match="no Service nope in namespace ns"):
        ADDRESSES.url(Destination(ref=ref), "ns")
