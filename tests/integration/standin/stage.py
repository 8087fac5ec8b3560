"""The stand-in between a real broker and a subscriber that records what it is sent."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import aiohttp
import yaml
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from infra.local.ports import free_ports
from infra.standin.asgi import App, Receive, Scope, Send, Server, read_body, respond
from infra.standin.data_plane import run_data_plane
from infra.standin.http_client import open_session
from infra.standin.manifests import Manifests, parse_manifests
from infra.standin.plan import Ports, plan
from infra.standin.settings import DEFAULTS, Settings
from tests.support.eventually import eventually, until_true

T = TypeVar("T")
NAMESPACE = "learnflow"
DEAD_LETTER = {"apiVersion": "eventing.knative.dev/v1alpha1", "kind": "KafkaSink", "name": "dead"}


@dataclass(frozen=True, slots=True)
class Request:
    """What a subscriber was sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        """Id of the event."""
        return self.headers["ce-id"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a subscriber answers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    after_s: float = 0.0


class Subscriber:
    """Records requests and answers as `behaviour` says."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.behaviour: Callable[[Request], Reply] = lambda _: Reply()
        self.now = self.most_at_once = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        body = await read_body(receive, 4_000_000)
        request = Request(scope["method"], scope["path"], headers, body, time.monotonic())
        self.requests.append(request)
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)
        reply = self.behaviour(request)
        await asyncio.sleep(reply.after_s)
        self.now -= 1
        extra = [(name.encode(), value.encode()) for name, value in reply.headers.items()]
        await respond(send, reply.status, reply.body, extra)

    def of(self, event_id: str) -> list[Request]:
        """Return the requests for one event."""
        return [request for request in self.requests if request.id == event_id]


@asynccontextmanager
async def served(app: App, port: int) -> AsyncIterator[None]:
    """Serve an application for a while."""
    server = Server(app, port, grace_s=1)
    task = asyncio.create_task(server.serve())
    await until_true(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        await task


class Stage:
    """Manifests of one topic, one source and one subscriber, and how they are used."""

    def __init__(self, bootstrap: str, **spec: Any) -> None:
        self.bootstrap = bootstrap
        self.topic = f"topic-{uuid4().hex[:8]}"
        self.dead_topic = f"{self.topic}-dead"
        self.group = f"group-{self.topic}"
        self.partitions = spec.pop("partitions", 2)
        self.spec = spec
        self.ping: dict[str, Any] | None = None
        self.subscriber = Subscriber()
        self.settings = DEFAULTS
        self.ports = self._ports()
        self.control = f"http://127.0.0.1:{self.ports.control}"
        self.sink = f"http://127.0.0.1:{self.ports.sink}/{NAMESPACE}/main"

    def _ports(self) -> Ports:
        free = iter(free_ports(8))
        return Ports.assign(self.manifests(), lambda: next(free))

    def manifests(self) -> Manifests:
        """Return what the stand-in reads."""
        return parse_manifests(self.text(), "stage")

    def text(self) -> str:
        """Return the same as YAML."""
        spec = {
            "bootstrapServers": ["kafka:9092"],
            "topics": [self.topic],
            "consumerGroup": self.group,
            "initialOffset": "earliest",
            "ordering": "unordered",
            "delivery": delivery(),
            "sink": {
                "ref": {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "name": "subscriber"},
                "uri": "/events",
            },
        } | self.spec
        topics = {"main": self.topic, "dead": self.dead_topic, "lost": "no-such-topic"}
        container = {"image": "subscriber", "ports": [{"containerPort": 8080}]}
        documents = [
            manifest("serving.knative.dev/v1", "Service", "subscriber", {
                "template": {"spec": {"containers": [container]}}
            }),
            manifest("sources.knative.dev/v1", "KafkaSource", "source", spec),
            *(
                manifest("eventing.knative.dev/v1alpha1", "KafkaSink", name, {
                    "topic": topic, "bootstrapServers": ["kafka:9092"]
                })
                for name, topic in topics.items()
            ),
            *(
                manifest("kafka.strimzi.io/v1", "KafkaTopic", topic, {
                    "partitions": partitions, "replicas": 3, "config": {"min.insync.replicas": 2}
                })
                for topic, partitions in ((self.topic, self.partitions), (self.dead_topic, 1))
            ),
        ]  # fmt: skip
        if self.ping is not None:
            documents.append(manifest("sources.knative.dev/v1", "PingSource", "ping", self.ping))
        return yaml.safe_dump_all(documents)

    @asynccontextmanager
    async def subscribed(self) -> AsyncIterator[None]:
        """Serve the subscriber."""
        async with served(self.subscriber, self.ports.services["subscriber"].address):
            yield

    @asynccontextmanager
    async def running(self, *, ready: bool = True) -> AsyncIterator[aiohttp.ClientSession]:
        """Run the stand-in, once ready, and give a client."""
        stop, manifests = asyncio.Event(), self.manifests()
        task = asyncio.create_task(
            run_data_plane(manifests, plan(manifests, self.ports), self.bootstrap, stop, self.settings)
        )
        try:
            async with open_session(Settings()) as client:
                await self.answering(client, task, ready=ready)
                yield client
        finally:
            stop.set()
            await task

    async def answering(
        self, client: aiohttp.ClientSession, task: asyncio.Task[None] | None = None, *, ready: bool = True
    ) -> None:
        """Wait until the stand-in answers, or is ready."""
        path = "ready" if ready else "live"
        async with asyncio.timeout(30):
            while task is None or not task.done():
                try:
                    async with client.get(f"{self.control}/health/{path}") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)
        await task

    async def publish(self, client: aiohttp.ClientSession, count: int = 1, **headers: str) -> list[str]:
        """Publish events through the KafkaSink and return their ids."""
        ids = [uuid4().hex for _ in range(count)]
        await asyncio.gather(*(self._publish(client, one, headers) for one in ids))
        return ids

    async def _publish(self, client: aiohttp.ClientSession, event_id: str, headers: dict[str, str]) -> None:
        sent = event_headers(event_id) | {name.replace("_", "-"): value for name, value in headers.items()}
        async with client.post(self.sink, data=b'{"n": 1}', headers=sent) as response:
            assert response.status == 202

    async def produce(
        self, value: bytes, headers: list[tuple[str, bytes]] | None = None, key: bytes | None = None
    ) -> None:
        """Write a record past the sink."""
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap) as producer:
            await producer.send_and_wait(self.topic, value, key=key, headers=headers or [])

    async def records(self, topic: str, count: int) -> list[Any]:
        """Read a topic from its start."""
        consumer = AIOKafkaConsumer(topic, bootstrap_servers=self.bootstrap, auto_offset_reset="earliest")
        async with consumer, asyncio.timeout(20):
            return [await anext(consumer) for _ in range(count)]

    async def figures(self, client: aiohttp.ClientSession) -> dict[str, Any]:
        """Return the source's figures."""
        async with client.get(f"{self.control}/lag") as response:
            return dict(json.loads(await response.read())["sources"]["source"])

    async def settled(self, client: aiohttp.ClientSession) -> dict[str, Any]:
        """Wait until the source has nothing left to do, and return its figures."""
        return await eventually(lambda: self.figures(client), lambda f: f["lag"] == 0)


def manifest(version: str, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Return one manifest in the namespace of the tests."""
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def delivery(**changed: Any) -> dict[str, Any]:
    """Return a delivery block: three quick retries, then the dead letter sink."""
    return {
        "retry": 3,
        "backoffPolicy": "exponential",
        "backoffDelay": "PT0.02S",
        "timeout": "PT1S",
        "deadLetterSink": {"ref": DEAD_LETTER},
    } | changed


def event_headers(event_id: str) -> dict[str, str]:
    """Return the headers of a small event."""
    return {
        "ce-specversion": "1.0",
        "ce-id": event_id,
        "ce-source": "/test",
        "ce-type": "test.happened.v1",
        "content-type": "application/json",
    }
