"""Replays and dead letters on this machine: `python -m infra.local.operate replay|dead-letter ...`.

The stand-in's control port takes the place of kubectl. With ENV=NAME the same commands go to a cluster.
"""

from __future__ import annotations

import asyncio
import sys
import time

import httpx

from functions.runtime.certificates import trusted
from infra.checks.manifests import Manifest, Manifests
from infra.deploy.request import LOCAL
from infra.local import credentials, runfile
from infra.local.errors import NotRunning
from infra.local.paths import Home
from infra.local.ports import LOOPBACK
from infra.replay.__main__ import main
from infra.replay.environment import Environment
from infra.replay.errors import CommandFailed, Refused, Unreachable
from infra.replay.kafka import Brokers
from infra.replay.source import environ_of
from infra.standin.plan import Ports

READY_S = 60.0


class StandIn:
    """KafkaSources that the stand-in runs beside those of the manifests."""

    def __init__(self, control: str) -> None:
        self._control = control

    def commands(self, manifest: Manifest) -> list[str]:
        """Say nothing: there are no commands."""
        return []

    async def find(self, name: str) -> Manifest | None:
        """Read a source."""
        answer = await self._call("GET", f"/sources/{name}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        found: Manifest = self._done(answer).json()
        return found

    async def apply(self, manifest: Manifest) -> None:
        """Make a source and wait until it has its partitions."""
        name = manifest["metadata"]["name"]
        self._done(await self._call("PUT", f"/sources/{name}", dict(manifest)))
        await self._joined(name)

    async def scale(self, name: str, consumers: int) -> None:
        """Start or stop a source."""
        self._done(await self._call("PUT", f"/sources/{name}/consumers", {"consumers": consumers}))
        if consumers:
            await self._joined(name)

    async def delete(self, name: str) -> None:
        """Take a source away; the stand-in refuses to for one of the manifests."""
        answer = await self._call("DELETE", f"/sources/{name}")
        if answer.status_code == httpx.codes.CONFLICT:
            raise Refused(str(answer.json()["error"]))
        self._done(answer)

    async def _joined(self, name: str) -> None:
        until = time.monotonic() + READY_S
        while not (await self._call("GET", "/lag")).json()["sources"][name]["joined"]:
            if time.monotonic() > until:
                raise CommandFailed(f"KafkaSource {name} got no partitions in {READY_S:.0f} s")
            await asyncio.sleep(0.1)

    async def _call(self, method: str, path: str, body: object = None) -> httpx.Response:
        try:
            async with httpx.AsyncClient(
                base_url=self._control, timeout=60, verify=trusted(self._control)
            ) as client:
                return await client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise Unreachable(f"the stand-in for Knative: {type(error).__name__} {error}") from error

    def _done(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise CommandFailed(f"the stand-in for Knative: {answer.status_code} {answer.text}")
        return answer


def environment(home: Home | None = None) -> Environment:
    """Find the system that runs; raises Refused when none does."""
    home = home or Home.current()
    try:
        exports = runfile.read(home).exports
    except NotRunning as error:
        raise Refused(str(error)) from None
    manifests = Manifests.parse((home.path / "manifests.yaml").read_text())
    keys = f"local:{credentials.load(home).event_key}"
    return Environment(
        environment=LOCAL,
        manifests=manifests,
        brokers=Brokers(exports["KAFKA_BOOTSTRAP_SERVERS"]),
        database_url=exports["DATABASE_URL"],
        sources=StandIn(exports["LEARNFLOW_CONTROL_URL"]),
        event_environ={**environ_of(manifests, "progress"), "LEARNFLOW_EVENT_KEYS": keys},
        addresses={
            f"{LOOPBACK}:{service.address}": name
            for name, service in Ports.load(home.path / "ports.json").services.items()
        },
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], environment))
