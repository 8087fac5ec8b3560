"""What a deployment would do, without a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.checks import Manifests
from infra.deploy import steps, traffic
from infra.deploy.errors import Refused
from infra.deploy.request import Request, read
from infra.deploy.steps import Step
from infra.deploy.tree import Tree
from tests.support.overlays import overlay

GOLDEN = Path(__file__).with_name("staging.txt")


@pytest.fixture(scope="module")
def staging() -> Tree:
    return Tree(Path("tree"), overlay("staging"))


def lines(planned: list[Step]) -> list[str]:
    return [" ".join(step.command) for step in planned]


def test_a_deployment_line_by_line(staging: Tree) -> None:
    assert lines(steps.deploy(staging, Request("deploy", "staging"))) == GOLDEN.read_text().splitlines()


def test_one_service_takes_its_settings_and_sources_along(staging: Tree) -> None:
    planned = lines(steps.deploy(staging, Request("deploy", "staging", only=("triage",), wait_s=60)))
    (config,) = staging.manifests.names("ConfigMap")
    here, source = "tree/learnflow-staging", "kafkasource/triage-learning-requests.yaml"
    assert planned == [
        f"kubectl apply --validate=strict -f {here}/configmap/{config}.yaml",
        f"kn service apply triage -n learnflow-staging -f {here}/ksvc/triage.yaml"
        " --wait-timeout 60 --wait-window 20",
        "kubectl wait --for=condition=Ready --timeout=60s"
        " services.serving.knative.dev/triage -n learnflow-staging",
        f"kubectl apply --validate=strict -f {here}/{source}",
        f"kubectl wait --for=condition=Ready --timeout=60s -f {here}/{source}",
    ]


def test_the_runner_needs_no_settings(staging: Tree) -> None:
    planned = lines(steps.deploy(staging, Request("deploy", "staging", only=("sandbox-runner",))))
    assert [line.split()[:3] for line in planned] == [
        ["kn", "service", "apply"],
        ["kubectl", "wait", "--for=condition=Ready"],
    ]


def test_who_answers_is_there_before_who_asks(staging: Tree) -> None:
    order = steps.services(staging, ())
    assert order[:3] == ["sandbox-runner", "outbox", "delivery"]
    assert order[-2:] == ["triage", "gateway"]
    assert len(order) == len(set(order)) == 11


def test_an_unknown_service_is_refused(staging: Tree) -> None:
    with pytest.raises(Refused, match="no Service triag; there are code-review, concepts"):
        steps.services(staging, ("triag",))


@pytest.mark.parametrize(
    "command",
    [
        ("kubectl", "delete", "kafkasource", "a"),
        ("kubectl", "replace", "-f", "a.yaml"),
        ("kubectl", "apply", "--prune", "-f", "a.yaml"),
        ("kubectl", "apply", "--force=true", "-f", "a.yaml"),
        ("kn", "service", "apply", "a", "--force"),
    ],
)
def test_no_step_deletes_or_recreates(command: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="no deployment says"):
        Step(command, 1)


def test_a_canary_gets_no_traffic_before_it_is_ready(staging: Tree) -> None:
    live = {"metadata": {"name": "triage"}, "status": {"latestReadyRevisionName": "triage-00007"}}
    planned = lines(traffic.canary(staging, Request("canary", "staging", only=("triage",), percent=5), live))
    update = "kn service update triage -n learnflow-staging"
    assert [line for line in planned if line.startswith("kn")] == [
        f"{update} --traffic triage-00007=100 --wait-timeout 180 --wait-window 20",
        "kn service apply triage -n learnflow-staging"
        " -f tree/learnflow-staging/ksvc/triage.yaml --wait-timeout 180 --wait-window 20",
        f"{update} --tag @latest=candidate"
        " --traffic triage-00007=95 --traffic candidate=5 --wait-timeout 180 --wait-window 20",
    ]


CANARY = [
    {"revisionName": "triage-00007", "percent": 90},
    {"latestRevision": True, "percent": 10, "tag": "candidate"},
]


def test_promote_follows_the_latest_again(staging: Tree) -> None:
    planned = traffic.promote(
        staging, Request("promote", "staging", only=("triage",)), {"spec": {"traffic": CANARY}}
    )
    assert lines(planned) == [
        "kn service update triage -n learnflow-staging"
        " --untag candidate --traffic @latest=100 --wait-timeout 180 --wait-window 20"
    ]


def test_rollback_goes_back_to_what_was_pinned(staging: Tree) -> None:
    planned = traffic.rollback(
        staging, Request("rollback", "staging", only=("triage",)), {"spec": {"traffic": CANARY}}
    )
    assert "--untag candidate --traffic triage-00007=100" in lines(planned)[0]


def test_rollback_without_a_canary_needs_a_name(staging: Tree) -> None:
    live = {"spec": {"traffic": [{"latestRevision": True, "percent": 100}]}}
    with pytest.raises(Refused, match="name it, REVISION="):
        traffic.rollback(staging, Request("rollback", "staging", only=("triage",)), live)
    named = Request("rollback", "staging", only=("triage",), revision="triage-00003")
    assert "--traffic triage-00003=100" in lines(traffic.rollback(staging, named, live))[0]


def revision(name: str, state: str, changed: str, *, ready: bool = True) -> dict[str, Any]:
    return {
        "metadata": {
            "name": name,
            "labels": {traffic.STATE: state},
            "annotations": {traffic.CHANGED: changed},
        },
        "status": {"conditions": [{"type": "Ready", "status": str(ready)}]},
    }


SERVED = [
    revision("triage-00006", "reserve", "2026-11-20T10:00:00Z"),
    revision("triage-00007", "reserve", "2026-12-01T09:30:00Z"),
    revision("triage-00008", "reserve", "2026-11-30T18:00:00Z"),
    revision("triage-00009", "reserve", "2026-12-01T09:31:00Z", ready=False),
    revision("triage-00010", "active", "2026-12-01T09:32:00Z"),
]


def test_what_served_before_is_what_lost_its_traffic_last() -> None:
    """A canary that was rolled back, and a revision that can't serve, are younger but no way back."""
    assert traffic.before(SERVED) == "triage-00007"
    assert traffic.before(SERVED[::-1]) == "triage-00007"


def test_where_what_served_before_is_not_known_a_name_is_asked_for() -> None:
    with pytest.raises(Refused, match="no ready revision is known to have served before: name it, REVISION="):
        traffic.before(SERVED[3:])
    same = revision("triage-00005", "reserve", "2026-12-01T09:30:00Z")
    with pytest.raises(Refused, match="triage-00005, triage-00007 lost their traffic at the same time"):
        traffic.before([*SERVED, same])
    bare = {
        "metadata": {"name": "triage-00001"},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }
    with pytest.raises(Refused, match="no ready revision"):
        traffic.before([bare])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "nothing is not understood"),
        ("destroy ENV=staging", "destroy is not understood"),
        ("deploy", "ENV has to be one of production, staging, trial"),
        ("deploy ENV=local", "ENV has to be one of production, staging, trial"),
        ("deploy ENV=staging --force", "--force is not understood"),
        ("deploy ENV=staging ONYL=triage", "ONYL is not understood"),
        ("deploy ENV=staging WAIT=soon", "WAIT has to be a whole number from 1 to 3600"),
        ("canary ENV=staging", "canary needs one Service"),
        ("canary ENV=staging ONLY=triage PERCENT=100", "PERCENT has to be a whole number from 1 to 99"),
    ],
)
def test_what_is_not_understood_is_refused(words: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read(words.split())


def test_a_request_is_read() -> None:
    wanted = Request("deploy", "production", only=("triage", "debug"), wait_s=60, topics=False, dry_run=True)
    words = ["deploy", "ENV=production", "ONLY=triage,debug", "WAIT=60", "TOPICS=no", "--dry-run"]
    assert read(words) == wanted


def test_a_tree_replaces_only_a_tree(tmp_path: Path, staging: Tree) -> None:
    tree = Tree(tmp_path / "tree", Manifests(staging.manifests.documents[:3]))
    tree.write()
    first = sorted(path.name for path in tree.root.rglob("*.yaml"))
    tree.write()
    assert sorted(path.name for path in tree.root.rglob("*.yaml")) == first != []
    (tree.root / "thesis.doc").touch()
    with pytest.raises(Refused, match="other files"):
        tree.write()
