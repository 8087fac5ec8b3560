"""Stands in for kn and kubectl on PATH: checks flags as the real ones do, and remembers what it was told.

Installed under both names. Its memory is the folder $RECORDER: calls.jsonl, applied.json, given.yaml (what
came by standard input), and live.json, which tests write: what `get` finds, and which Service fails or hangs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import yaml

# From the reference of kn 1.23 and kubectl 1.34: what each command takes, and whether a value follows.
COMMON = {"-n": True, "--namespace": True, "-h": False, "--context": True, "--kubeconfig": True}
FLAGS: dict[tuple[str, ...], dict[str, bool]] = {
    ("kn", "service", "apply"): {
        "-f": True,
        "--filename": True,
        "--wait-timeout": True,
        "--wait-window": True,
        "--no-wait": False,
    },
    ("kn", "service", "update"): {
        "--traffic": True,
        "--tag": True,
        "--untag": True,
        "--wait-timeout": True,
        "--wait-window": True,
    },
    ("kn", "service", "create"): {"-f": True, "--target": True},
    ("kn", "service", "list"): {"-o": True, "--target": True},
    ("kubectl", "apply"): {
        "-f": True,
        "--filename": True,
        "-k": True,
        "--kustomize": True,
        "--validate": True,
        "--server-side": False,
    },
    ("kubectl", "create", "secret", "generic"): {"--from-literal": True, "--from-file": True},
    ("kubectl", "patch"): {"-p": True, "--patch": True, "--type": True},
    ("kubectl", "wait"): {"--for": True, "--timeout": True, "-f": True, "--all": False, "-l": True},
    ("kubectl", "get"): {"-o": True, "-l": True, "--field-selector": True, "--ignore-not-found": False},
    ("kubectl", "scale"): {"--replicas": True},
    ("kubectl", "delete"): {"--ignore-not-found": False},
    ("kubectl", "logs"): {"-l": True, "-c": True, "--tail": True},
}
WAITED = {"kafkasources.sources.knative.dev": "KafkaSource", "services.serving.knative.dev": "Service"}
Flags = list[tuple[str, str]]


def fail(text: str) -> None:
    print(f"Error: {text}", file=sys.stderr)
    sys.exit(1)


def parse(words: list[str]) -> tuple[tuple[str, ...], list[str], Flags]:
    """Split into command, arguments and flags; an unknown flag ends it."""
    command = next((known for known in FLAGS if tuple(words[: len(known)]) == known), None)
    if command is None:
        fail(f"unknown command {' '.join(words[:3])}")
        raise AssertionError
    known, rest = FLAGS[command] | COMMON, words[len(command) :]
    arguments: list[str] = []
    flags: Flags = []
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        if not word.startswith("-"):
            arguments.append(word)
        elif flag not in known:
            fail(f"unknown flag: {flag}")
        elif not known[flag] or equals:
            flags.append((flag, value))
        elif not rest:
            fail(f"flag needs an argument: {flag}")
        else:
            flags.append((flag, rest.pop(0)))
    return command, arguments, flags


class Memory:
    """What was applied, and what a test says is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.live: dict[str, Any] = json.loads((folder / "live.json").read_text())
        applied = folder / "applied.json"
        self.applied: list[str] = json.loads(applied.read_text()) if applied.exists() else []

    def add(self, documents: list[dict[str, Any]]) -> None:
        self.applied += [f"{one['kind']}/{one['metadata']['name']}" for one in documents]
        (self.folder / "applied.json").write_text(json.dumps(self.applied))


def read(path: Path) -> list[dict[str, Any]]:
    if str(path) == "-":
        given = sys.stdin.read()
        (Path(os.environ["RECORDER"]) / "given.yaml").write_text(given)
        return [one for one in yaml.safe_load_all(given) if one]
    if not path.exists():
        fail(f"the path {str(path)!r} does not exist")
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return [one for file in files for one in yaml.safe_load_all(file.read_text()) if one]


def kn_apply(memory: Memory, arguments: list[str], flags: Flags) -> None:
    """As kn: the first document only, of the name that was given; and as the webhook's dry run of a pod."""
    (file,) = (value for flag, value in flags if flag in {"-f", "--filename"})
    first, (service,) = read(Path(file))[0], arguments
    revision = first["spec"]["template"]["spec"]
    if first["metadata"]["name"] != service:
        fail(f"provided service name {service!r} doesn't match name from file {first['metadata']['name']!r}")
    needed = [f"ServiceAccount/{revision['serviceAccountName']}"]
    needed += [f"RuntimeClass/{revision['runtimeClassName']}"] if "runtimeClassName" in revision else []
    for one in needed:
        if one not in memory.applied and not memory.live.get("old"):
            fail(f"admission webhook denied the request: dry run failed: pod rejected: {one} not found")
    if service == memory.live.get("hangs"):
        time.sleep(60)
    if service == memory.live.get("fails"):
        fail(f"timeout: service '{service}' not ready after {dict(flags)['--wait-timeout']} seconds")
    memory.add([first])


def kn_update(memory: Memory, arguments: list[str], flags: Flags) -> None:
    shares = [value.rpartition("=")[2] for flag, value in flags if flag == "--traffic"]
    if sum(map(int, shares)) != 100:
        fail(f"given traffic percents sum to {sum(map(int, shares))}, want 100")
    tags = {target.get("tag") for target in memory.live["ksvc"].get("spec", {}).get("traffic", [])}
    for flag, value in flags:
        if flag == "--untag" and value not in tags:
            fail(f"tag(s) {value} not present for any revisions of service {arguments[0]}")


def kubectl_wait(memory: Memory, arguments: list[str], flags: Flags) -> None:
    for named in arguments:
        kind, _, name = named.partition("/")
        if f"{WAITED[kind]}/{name}" not in memory.applied:
            fail(f"{named} not found")
        if name in memory.live.get("unready", []):
            fail(f"timed out waiting for the condition on {named}")
    documents = [one for flag, value in flags if flag == "-f" for one in read(Path(value))]
    for one in documents:
        if f"{one['kind']}/{one['metadata']['name']}" not in memory.applied:
            fail(f'{one["kind"]} "{one["metadata"]["name"]}" not found')
        sink = one["spec"].get("sink", {}).get("ref", {})
        if sink and f"Service/{sink['name']}" not in memory.applied and not memory.live.get("old"):
            fail(f"timed out waiting for the condition on {one['metadata']['name']}: sink not found")


def kubectl_get(memory: Memory, arguments: list[str], flags: Flags) -> None:
    kind = arguments[0] if len(arguments) == 1 else "/".join(arguments)
    if kind == "services.serving.knative.dev/triage":
        kind = "ksvc"
    if kind in memory.live or ("--ignore-not-found", "") not in flags:
        print(json.dumps(memory.live.get(kind, {"items": []})))


def main() -> None:
    memory = Memory(Path(os.environ["RECORDER"]))
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    with (memory.folder / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(words) + "\n")
    command, arguments, flags = parse(words)
    if command == ("kubectl", "apply"):
        memory.add([one for flag, value in flags if flag == "-f" for one in read(Path(value))])
    elif command in {("kubectl", "scale"), ("kubectl", "delete")}:
        print(f"{arguments[0]} {arguments[1]}")
    elif command == ("kubectl", "logs"):
        print("Traceback: the container's own words")
    else:
        handlers = {
            ("kn", "service", "apply"): kn_apply,
            ("kn", "service", "update"): kn_update,
            ("kubectl", "wait"): kubectl_wait,
            ("kubectl", "get"): kubectl_get,
        }
        handlers[command](memory, arguments, flags)


if __name__ == "__main__":
    main()
