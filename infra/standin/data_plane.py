"""All parts of the stand-in, put together from a plan."""

import asyncio
import logging
from contextlib import nullcontext, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
from aiokafka.errors import KafkaError

from infra.standin.asgi import App, Server
from infra.standin.backends import Backends
from infra.standin.control import Control
from infra.standin.eventing import Delivery, Destination, KafkaSource
from infra.standin.extra_sources import Added
from infra.standin.front import Front
from infra.standin.http_client import open_session
from infra.standin.manifests import Manifests
from infra.standin.ping import PING_DELIVERY, Ping
from infra.standin.plan import Plan
from infra.standin.producer import Producer
from infra.standin.sender import Route, Sender, Slots
from infra.standin.settings import DEFAULTS, Settings
from infra.standin.sink import SinkServer
from infra.standin.source import Source
from infra.standin.topics import ensure_topics

log = logging.getLogger(__name__)


class DataPlane:
    """Runs sinks, sources, pings and fronts in one process; made inside the event loop."""

    def __init__(
        self,
        manifests: Manifests,
        plan: Plan,
        bootstrap: str,
        session: aiohttp.ClientSession,
        settings: Settings,
        added: Added,
    ) -> None:
        self._manifests = manifests
        self._plan = plan
        self._bootstrap = bootstrap
        self._session = session
        self._settings = settings
        self._producer = Producer(bootstrap, settings)
        self._slots: dict[tuple[str, str], Slots] = {}
        self._backends: dict[str, Backends] = {}
        for service in plan.services:
            limit = service.container_concurrency * len(service.instances)
            slots: Slots = asyncio.Semaphore(limit) if limit else nullcontext()
            self._slots[service.namespace, service.name] = slots
            if service.fronted:
                self._backends[service.name] = Backends(service, session, settings)
        self._sources = {name: self._source(one) for (_, name), one in manifests.kafka_sources.items()}
        self._added = added
        again = added.read()
        self._sources |= {name: self._source(one, known_by_name=False) for name, one in again.items()}
        self._wanted = [
            one.metadata.name
            for one in (*manifests.kafka_sources.values(), *again.values())
            if one.spec.consumers > 0
        ]
        self._pings = {name: self._ping(key) for key in manifests.ping_sources for _, name in [key]}
        self._consuming: dict[str, asyncio.Task[None]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._topics_ready = False

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; then finish what is in flight and commit it."""
        servers = self._servers()
        async with asyncio.TaskGroup() as tasks:
            serving = [tasks.create_task(server.serve()) for server in servers]
            background = [tasks.create_task(backends.watch()) for backends in self._backends.values()]
            self._tasks = tasks
            pinging = tasks.create_task(self._start_events())
            await stop.wait()
            log.info("stopping")
            await _cancelled(pinging, *self._consuming.values())
            for server in servers:
                server.should_exit = True
            await asyncio.gather(*serving)
            await _cancelled(*background)
            await self._producer.close()
        log.info("stopped")

    async def checks(self) -> dict[str, bool]:
        """Return what readiness depends on."""
        return {
            "kafka": await self._producer.reachable(),
            "topics": self._topics_ready,
            "sources": self._topics_ready and all(self._sources[name].joined for name in self._consuming),
        }

    async def figures(self) -> dict[str, Any]:
        """Return counts of all parts since the start."""
        return {
            "sources": {name: await source.figures() for name, source in self._sources.items()},
            "pings": {name: {"sent": one.sent, "failed": one.failed} for name, one in self._pings.items()},
            "fronts": {name: asdict(one.figures) for name, one in self._backends.items()},
        }

    async def scale(self, name: str, consumers: int) -> bool:
        """Start or stop a source; False if there is none of that name."""
        if name not in self._sources:
            return False
        self._added.scale(name, consumers)
        if consumers == 0 and name in self._consuming:
            await _cancelled(self._consuming.pop(name))
        elif consumers > 0 and name not in self._consuming:
            self._consume(name)
        return True

    def add(self, manifest: KafkaSource, document: dict[str, Any]) -> bool:
        """Run a source beside those of the manifests; False if there is one of its name."""
        name = manifest.metadata.name
        if name in self._sources:
            return False
        self._sources[name] = self._source(manifest, known_by_name=False)
        self._added.put(name, document)
        if manifest.spec.consumers > 0:
            self._consume(name)
        return True

    async def remove(self, name: str) -> bool:
        """End a source that was added; False if none was."""
        if name not in self._added.documents:
            return False
        await self.scale(name, 0)
        self._added.drop(name)
        del self._sources[name]
        return True

    def added(self, name: str) -> dict[str, Any] | None:
        """Return the manifest of a source that was added."""
        return self._added.documents.get(name)

    async def _start_events(self) -> None:
        await self._producer.connect()
        await self._ensure_topics()
        for name in self._wanted:
            if name in self._sources and name not in self._consuming:
                self._consume(name)
        async with asyncio.TaskGroup() as pinging:
            for ping in self._pings.values():
                pinging.create_task(ping.run())

    async def _ensure_topics(self) -> None:
        while not self._topics_ready:
            try:
                await ensure_topics(self._bootstrap, self._manifests.topics.values())
                self._topics_ready = True
            except KafkaError as error:
                log.warning("topics are not ready", extra={"error": repr(error)})
                await asyncio.sleep(self._settings.reconnect_s)

    def _consume(self, name: str) -> None:
        assert self._tasks is not None, "the control port is served within run()"
        self._consuming[name] = self._tasks.create_task(self._sources[name].run())

    def _source(self, manifest: KafkaSource, *, known_by_name: bool = True) -> Source:
        key = (manifest.metadata.namespace, manifest.metadata.name)
        sender = self._sender(key, manifest.spec.sink, manifest.spec.delivery)
        return Source(manifest, sender, self._bootstrap, self._settings, known_by_name=known_by_name)

    def _ping(self, key: tuple[str, str]) -> Ping:
        manifest = self._manifests.ping_sources[key]
        return Ping(manifest, self._sender(key, manifest.spec.sink, PING_DELIVERY))

    def _sender(self, key: tuple[str, str], sink: Destination, delivery: Delivery) -> Sender:
        namespace, name = key
        url = self._plan.addresses.url
        letters = delivery.dead_letter_sink
        route = Route(
            source=name,
            namespace=namespace,
            url=url(sink, namespace),
            delivery=delivery,
            dead_letter_url=None if letters is None else url(letters, namespace),
            slots=self._slots_at(sink, namespace),
        )
        return Sender(self._session, route, self._settings)

    def _slots_at(self, sink: Destination, namespace: str) -> Slots:
        if sink.ref is None or sink.ref.kind != "Service":
            return nullcontext()
        return self._slots[sink.ref.namespace or namespace, sink.ref.name]

    def _servers(self) -> list[Server]:
        topics = {
            f"/{namespace}/{name}": sink.spec.topic
            for (namespace, name), sink in self._manifests.kafka_sinks.items()
        }
        ports = self._plan.ports
        apps: list[tuple[App, int]] = [
            (Control(self), ports.control),
            (SinkServer(topics, self._producer, self._settings), ports.sink),
        ]
        for service in self._plan.services:
            if service.fronted:
                front = Front(service, self._backends[service.name], self._session, self._settings)
                apps.append((front, ports.services[service.name].address))
        return [Server(app, port, grace_s=int(self._settings.drain_s)) for app, port in apps]


async def run_data_plane(
    manifests: Manifests,
    plan: Plan,
    bootstrap: str,
    stop: asyncio.Event,
    settings: Settings = DEFAULTS,
    added: Path | None = None,
) -> None:
    """Run the stand-in in this process until `stop` is set; `added` is the file of added sources."""
    async with open_session(settings) as session:
        await DataPlane(manifests, plan, bootstrap, session, settings, Added(added)).run(stop)


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
