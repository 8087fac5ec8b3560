"""The order in which a deployment happens, as commands; nothing here runs anything.

What is referred to comes before what refers to it, because the webhooks look: ServiceAccounts and the
RuntimeClass before Services. What takes events comes before what sends it: topics, sinks, Services, sources.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.checks.manifests import Manifest, at, container
from infra.deploy.errors import Refused
from infra.deploy.request import Request
from infra.deploy.tree import Tree

# Who answers is there before who asks; the others, and functions to come, are in between.
FIRST = ("sandbox-runner", "outbox", "delivery")
LAST = ("triage", "gateway")
GRACE_S = 20
WINDOW_S = 20
SERVICES = "services.serving.knative.dev"
MONITORING = {
    "PodMonitor": "podmonitors.monitoring.coreos.com",
    "PrometheusRule": "prometheusrules.monitoring.coreos.com",
}
FORBIDDEN = {"delete", "replace", "--force", "--prune", "--grace-period", "--cascade"}


@dataclass(frozen=True, slots=True)
class Step:
    """One command and its deadline; `service` is whose pods tell why when it fails."""

    command: tuple[str, ...]
    deadline_s: float
    service: str = ""

    def __post_init__(self) -> None:
        """No step deletes: a KafkaSource takes its group along, a KafkaSink can take its topic."""
        words = {word.split("=")[0] for word in self.command}
        if words & FORBIDDEN:
            raise Refused(f"no deployment says {', '.join(sorted(words & FORBIDDEN))}")


def deploy(tree: Tree, request: Request, without: Collection[str] = ()) -> list[Step]:
    """Return the steps of a deployment, whole or of a few Services; `without` are kinds of monitoring."""
    watching = [kind for kind in MONITORING if kind not in without]
    chosen = services(tree, request.only)
    if request.only:
        return [
            *settings(tree, chosen),
            *(step for one in chosen for step in apply(tree, one, request)),
            *sources(tree, request),
        ]
    return [
        kubectl_apply(tree.files("Namespace", "RuntimeClass")),
        kubectl_apply(tree.files("ServiceAccount", "ConfigMap", "NetworkPolicy")),
        *(kubectl_apply(files) for files in [tree.files(*watching)] if files),
        *(ready(tree.files("KafkaTopic"), request) if request.topics else ()),
        *ready(tree.files("KafkaSink"), request),
        *(step for one in chosen for step in apply(tree, one, request)),
        *sources(tree, request),
        *ready(tree.files("DomainMapping"), request),
    ]


def services(tree: Tree, only: tuple[str, ...]) -> list[str]:
    """Return the Services that are meant, in order; raises Refused for one that there is not."""
    known = {str(at(service, "metadata", "name")) for service in tree.manifests.services()}
    if strangers := sorted(set(only) - known):
        raise Refused(f"no Service {', '.join(strangers)}; there are {', '.join(sorted(known))}")
    wanted = set(only) or known
    between = sorted(known - {*FIRST, *LAST})
    return [name for name in (*FIRST, *between, *LAST) if name in wanted]


def settings(tree: Tree, chosen: list[str]) -> Iterator[Step]:
    """Apply the ConfigMaps that Services read; their names change with their content."""
    wanted = {
        at(origin, "configMapRef", "name")
        for name in chosen
        for origin in at(container(tree.manifests.service(name)), "envFrom", default=[])
    }
    if files := tree.files("ConfigMap", where=lambda one: at(one, "metadata", "name") in wanted):
        yield kubectl_apply(files)


def apply(tree: Tree, service: str, request: Request) -> Iterator[Step]:
    """Apply one Service and wait until its new revision is ready."""
    file = tree.file(tree.manifests.service(service))
    command = ("kn", "service", "apply", service, "-n", tree.namespace, "-f", str(file))
    yield Step((*command, *waiting(request)), request.wait_s + GRACE_S, service)
    # kn waits only for what it changes: a deployment that failed would go well the second time
    wait = ("kubectl", "wait", "--for=condition=Ready", f"--timeout={request.wait_s}s")
    which = (f"{SERVICES}/{service}", "-n", tree.namespace)
    yield Step((*wait, *which), request.wait_s + GRACE_S, service)


def waiting(request: Request) -> tuple[str, ...]:
    """Have kn wait; by itself it gives up 2 s after a Service says False, as after a failed revision."""
    return ("--wait-timeout", str(request.wait_s), "--wait-window", str(min(WINDOW_S, request.wait_s)))


def sources(tree: Tree, request: Request) -> Iterator[Step]:
    """Apply the sources, those of the chosen Services or all."""

    def chosen(source: Manifest) -> bool:
        return at(source, "spec", "sink", "ref", "name") in request.only

    return ready(tree.files("KafkaSource", "PingSource", where=chosen if request.only else None), request)


def ready(files: list[Path], request: Request) -> Iterator[Step]:
    """Apply files and wait until all that they hold is Ready."""
    if files:
        yield kubectl_apply(files)
        wait = ("kubectl", "wait", "--for=condition=Ready", f"--timeout={request.wait_s}s")
        yield Step((*wait, *named(files)), request.wait_s + GRACE_S)


def kubectl_apply(files: list[Path]) -> Step:
    """Apply files; unknown fields are refused."""
    return Step(("kubectl", "apply", "--validate=strict", *named(files)), 60)


def named(files: list[Path]) -> tuple[str, ...]:
    """Name files to kubectl."""
    return tuple(word for file in files for word in ("-f", str(file)))
