"""Running kn and kubectl."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from infra.checks.manifests import at
from infra.deploy.errors import CommandFailed
from infra.deploy.steps import Step

LOOK_S = 30
EVENTS = 5
REVISIONS = "revisions.serving.knative.dev"
Object = dict[str, Any]


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def perform(step: Step, namespace: str) -> None:
    """Run a step; raises CommandFailed, after printing what the Service's pods say."""
    say(f"$ {shlex.join(step.command)}")
    try:
        done = subprocess.run(step.command, timeout=step.deadline_s, check=False)
    except subprocess.TimeoutExpired:
        reason = f"nothing after {step.deadline_s:.0f} s"
    except FileNotFoundError:
        raise CommandFailed(f"{step.command[0]} is not installed") from None
    else:
        if done.returncode == 0:
            return
        reason = f"exit code {done.returncode}"
    if step.service:
        say(f"{step.service} is not ready; its pods:")
        for line in pods(namespace, step.service):
            say(f"  {line}")
    raise CommandFailed(f"{shlex.join(step.command[:4])}: {reason}")


def get(*words: str) -> Object:
    """Read from the cluster; raises CommandFailed."""
    try:
        done = subprocess.run(
            ("kubectl", "get", *words, "-o", "json"),
            capture_output=True,
            text=True,
            timeout=LOOK_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"kubectl get {' '.join(words)}: nothing after {LOOK_S} s") from None
    except FileNotFoundError:
        raise CommandFailed("kubectl is not installed") from None
    if done.returncode:
        raise CommandFailed(f"kubectl get {' '.join(words)}: {done.stderr.strip()}")
    found: Object = json.loads(done.stdout or "{}")
    return found


def items(*words: str) -> list[Object]:
    """Read a list from the cluster."""
    found: list[Object] = get(*words).get("items", [])
    return found


def pods(namespace: str, service: str) -> Iterator[str]:
    """Say in which state a Service's pods are; the Service itself gives no reason when one crashes."""
    selector = f"serving.knative.dev/service={service}"
    found = items("pods", "-n", namespace, "-l", selector)
    if not found:
        yield "none"
    for pod in found:
        yield f"{at(pod, 'metadata', 'name')}: {at(pod, 'status', 'phase')}"
        for status in at(pod, "status", "containerStatuses", default=[]):
            yield f"  {status['name']}: {_state(status)}, restarts {status.get('restartCount', 0)}"
    logs = ("kubectl", "logs", "-n", namespace, "-l", selector, "-c", "user-container", "--tail=20")
    done = subprocess.run(logs, capture_output=True, text=True, timeout=LOOK_S, check=False)
    yield from (done.stdout or done.stderr).splitlines()
    yield from reasons(namespace, service)


def reasons(namespace: str, service: str) -> Iterator[str]:
    """Say what its revisions and events know: an image that is not found, a quota, a full node."""
    selector = f"serving.knative.dev/service={service}"
    for revision in items(REVISIONS, "-n", namespace, "-l", selector):
        for condition in at(revision, "status", "conditions", default=[]):
            if condition["status"] != "True" and condition.get("severity") != "Info":
                words = (condition["type"], condition["status"], *map(condition.get, ("reason", "message")))
                yield f"{at(revision, 'metadata', 'name')}: {' '.join(word for word in words if word)}"
    events = items("events", "-n", namespace, "--field-selector", "type=Warning")
    own = [one for one in events if str(at(one, "involvedObject", "name")).startswith(f"{service}-")]
    for event in sorted(own, key=_when)[-EVENTS:]:
        yield f"{at(event, 'involvedObject', 'name')}: {event.get('reason')}: {event.get('message')}"


def _when(event: Mapping[str, Any]) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or "")


def _state(status: Mapping[str, Any]) -> str:
    for kind in ("waiting", "terminated"):
        if (found := at(status, "state", kind)) is not None:
            parts = (kind, found.get("reason"), found.get("message"), found.get("exitCode"))
            return " ".join(str(part) for part in parts if part is not None)
    return "ready" if status.get("ready") else "running, not ready"


def complain(text: str) -> None:
    """Print an error."""
    print(text, file=sys.stderr, flush=True)
