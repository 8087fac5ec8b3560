"""Deploy to Knative: `python -m infra.deploy deploy ENV=staging [ONLY=triage] [--dry-run]`."""

from __future__ import annotations

import shlex
import sys
import time
from dataclasses import replace

from infra.checks.manifests import at, name
from infra.deploy import guards, inforce, steps, traffic
from infra.deploy.cluster import REVISIONS, Object, complain, get, items, perform, say
from infra.deploy.errors import DeployError, NotInForce, Refused
from infra.deploy.request import Request, read
from infra.deploy.steps import Step
from infra.deploy.tree import Tree, rendered

PAUSE_S = 3.0
LIVE = f"kafkasources.sources.knative.dev,kafkasinks.eventing.knative.dev,{steps.SERVICES}"
TOPIC_KIND = "kafkatopics.kafka.strimzi.io"
CLAIMS = "clusterdomainclaims.networking.internal.knative.dev"
OWN = "app.kubernetes.io/part-of=learnflow"
PROXIES = (("kourier-system", "app=3scale-kourier-gateway"), ("knative-serving", "app=activator"))
SPLITS = {"canary": traffic.canary, "promote": traffic.promote, "rollback": traffic.rollback}


def main(words: list[str]) -> int:
    """Do what is asked for; 1 when it is refused or fails."""
    try:
        run(read(words))
    except DeployError as error:
        complain(str(error))
        return 1
    return 0


def run(request: Request) -> None:
    """Render, check, look, act, compare."""
    tree = Tree(request.tree, rendered(request.environment))
    tree.write()
    if request.command == "render":
        say(f"{len(tree.manifests.documents)} manifests in {tree.root}")
    elif request.command == "deploy":
        deploy(tree, request)
    else:
        steps.services(tree, request.only)
        live = get(steps.SERVICES, request.only[0], "-n", tree.namespace)
        aimed = aim(tree, request, live)
        act(SPLITS[request.command](tree, aimed, live), tree, aimed)


def aim(tree: Tree, request: Request, live: Object) -> Request:
    """Find the revision to go back to where none is named and none is pinned; check one that is named."""
    if not request.revision and (request.command != "rollback" or traffic.pinned(live)):
        return request
    selector = f"serving.knative.dev/service={request.only[0]}"
    there = items(REVISIONS, "-n", tree.namespace, "-l", selector)
    if not request.revision:
        return replace(request, revision=traffic.before(there))
    traffic.check_revision(request.revision, there)
    return request


def deploy(tree: Tree, request: Request) -> None:
    """Apply everything in order, then compare what is meant with what is in force."""
    planned = steps.deploy(tree, request)
    if not request.dry_run:
        look(tree, request)
        missing = {} if request.only else unwatched(tree)
        for line in missing.values():
            say(line)
        planned = steps.deploy(tree, request, missing)
    act(planned, tree, request)
    if not request.dry_run:
        compare(tree, request)


def act(planned: list[Step], tree: Tree, request: Request) -> None:
    """Run the steps, or print them."""
    for step in planned:
        if request.dry_run:
            say(shlex.join(step.command))
        else:
            perform(step, tree.namespace)


def look(tree: Tree, request: Request) -> None:
    """Refuse what would lose events or hang; nothing has been changed yet."""
    found: list[str] = []
    live = items(LIVE, "-n", tree.namespace, "-l", OWN)
    found += guards.obstacles(tree.manifests, live)
    secrets = items("secrets", "-n", tree.namespace)
    found += guards.secret_obstacles(tree.manifests, secrets)
    if not request.only:
        found += look_around(tree, request)
    if not request.only or "sandbox-runner" in request.only:
        features = get("configmap", "config-features", "-n", "knative-serving")
        deployment = get("configmap", "config-deployment", "-n", "knative-serving")
        found += guards.sandbox_obstacles(tree.manifests, features, deployment)
    if not request.only or "gateway" in request.only:
        kourier = get("configmap", "config-kourier", "-n", "knative-serving", "--ignore-not-found")
        proxies = [pod for space, label in PROXIES for pod in items("pods", "-n", space, "-l", label)]
        found += guards.caller_obstacles(tree.manifests, kourier, proxies)
    if found:
        raise Refused("nothing was changed:\n" + "\n".join(f"  {line}" for line in found))
    if guards.EVENTS not in {one["metadata"]["name"] for one in secrets}:
        say(f"there is no Secret {guards.EVENTS}: events are neither signed nor checked")
    for stranger in guards.left_alone(tree.manifests, live):
        say(f"{stranger} is in the cluster but not in the manifests; it is left alone")


def look_around(tree: Tree, request: Request) -> list[str]:
    """Look for what a whole deployment needs beside the namespace."""
    found: list[str] = []
    if request.topics:
        definition = get("customresourcedefinitions", TOPIC_KIND, "--ignore-not-found")
        found += guards.topic_obstacles(tree.manifests, definition)
    if any(tree.manifests.kind("DomainMapping")):
        network = get("configmap", "config-network", "-n", "knative-serving")
        found += guards.domain_obstacles(tree.manifests, items(CLAIMS), network)
    return found


def unwatched(tree: Tree) -> dict[str, str]:
    """Look for the Prometheus operator, if anything is meant for it; a deployment does well without."""
    definitions = {
        kind: get("customresourcedefinitions", definition, "--ignore-not-found")
        for kind, definition in steps.MONITORING.items()
        if any(tree.manifests.kind(kind))
    }
    return guards.unwatched(tree.manifests, definitions)


def compare(tree: Tree, request: Request) -> None:
    """Wait until the dispatchers work by what the sources say; raises NotInForce."""
    until = time.monotonic() + request.wait_s
    while found := differing(tree, request.only):
        if time.monotonic() > until:
            advice = (
                "what was only taken away is ignored: change another value of the source too, such as timeout"
            )
            raise NotInForce(
                "\n".join(["applied, but not in force:", *(f"  {line}" for line in found), advice])
            )
        time.sleep(PAUSE_S)
    say("every KafkaSource is in force as meant")


def differing(tree: Tree, only: tuple[str, ...]) -> list[str]:
    """Return the differences of the KafkaSources that were applied."""
    resources = inforce.contracts(items("configmaps", "-n", "knative-eventing"))
    return [
        f"{name(source)}: {line}"
        for source in tree.manifests.kind("KafkaSource")
        if not only or at(source, "spec", "sink", "ref", "name") in only
        for line in inforce.differences(source, resources)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
