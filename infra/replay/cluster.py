"""A cluster: KafkaSources by kubectl, Kafka and PostgreSQL as the operator reaches them."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import subprocess

from infra.checks.manifests import Manifest, at
from infra.deploy.errors import DeployError
from infra.deploy.tree import rendered
from infra.replay.environment import Environment
from infra.replay.errors import CommandFailed, Refused
from infra.replay.kafka import Brokers
from infra.replay.progress import say
from infra.replay.source import MARK, environ_of

LIMIT_S = 60
READY_S = 180
KIND = "kafkasources.sources.knative.dev"


class Kubectl:
    """KafkaSources of a namespace."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def commands(self, manifest: Manifest) -> list[str]:
        """Say by which commands a source is made, watched and taken away."""
        name = manifest["metadata"]["name"]
        steps = (self._apply(), self._ready(name), self._delete(name))
        return [f"{shlex.join(step)}" for step in steps]

    async def find(self, name: str) -> Manifest | None:
        """Read a source."""
        command = (
            *("kubectl", "get", KIND, name, "-n", self._namespace),
            *("--ignore-not-found", "-o", "json"),
        )
        out = await run(command, quiet=True)
        found: Manifest | None = json.loads(out) if out.strip() else None
        return found

    async def apply(self, manifest: Manifest) -> None:
        """Make a source and wait until it is Ready."""
        await run(self._apply(), json.dumps(manifest))
        await run(self._ready(manifest["metadata"]["name"]), limit_s=READY_S + 20)

    async def scale(self, name: str, consumers: int) -> None:
        """Set the consumers of a source."""
        command = ("kubectl", "scale", KIND, name, "-n", self._namespace, f"--replicas={consumers}")
        await run(command)
        if consumers:
            await run(self._ready(name), limit_s=READY_S + 20)

    async def delete(self, name: str) -> None:
        """Take a source away, and with it its group; never a live one."""
        found = await self.find(name)
        if found is not None and at(found, "metadata", "labels", MARK) is None:
            raise Refused(f"KafkaSource {name} was not made by a replay: deleting it would delete its group")
        await run(self._delete(name), limit_s=READY_S)

    def _apply(self) -> tuple[str, ...]:
        return ("kubectl", "apply", "--validate=strict", "-n", self._namespace, "-f", "-")

    def _ready(self, name: str) -> tuple[str, ...]:
        wait = ("kubectl", "wait", "--for=condition=Ready", f"--timeout={READY_S}s")
        return (*wait, f"{KIND}/{name}", "-n", self._namespace)

    def _delete(self, name: str) -> tuple[str, ...]:
        return ("kubectl", "delete", KIND, name, "-n", self._namespace, "--ignore-not-found")


async def run(
    command: tuple[str, ...], given: str | None = None, *, limit_s: float = LIMIT_S, quiet: bool = False
) -> str:
    """Run a command and return what it prints; raises CommandFailed."""
    if not quiet:
        say(f"$ {shlex.join(command)}")
    try:
        child = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except FileNotFoundError:
        raise CommandFailed(f"{command[0]} is not installed") from None
    try:
        async with asyncio.timeout(limit_s):
            out, errors = await child.communicate(given.encode() if given is not None else None)
    except TimeoutError:
        child.kill()
        await child.wait()
        raise CommandFailed(f"{shlex.join(command[:4])}: nothing after {limit_s:.0f} s") from None
    if child.returncode:
        raise CommandFailed(f"{shlex.join(command[:4])}: {errors.decode().strip()}")
    return out.decode()


def place(environment: str) -> Environment:
    """Describe a cluster by its overlay and by what the operator's variables say; raises Refused."""
    try:
        manifests = rendered(environment)
    except DeployError as error:
        raise Refused(str(error)) from error
    sources = list(manifests.kind("KafkaSource"))
    bootstrap = ",".join(sources[0]["spec"]["bootstrapServers"])
    return Environment(
        environment=environment,
        manifests=manifests,
        brokers=Brokers.read(os.environ, bootstrap),
        database_url=os.environ.get("DATABASE_URL"),
        sources=Kubectl(str(at(sources[0], "metadata", "namespace"))),
        event_environ={**environ_of(manifests, "progress"), **os.environ},
    )
