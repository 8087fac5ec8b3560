"""The front of a Service: limit, queue, time limit, readiness, hang-ups, streams."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from infra.local.ports import free_ports
from infra.standin.asgi import App, Receive, Scope, Send
from infra.standin.backends import Backends
from infra.standin.front import Front
from infra.standin.http_client import open_session
from infra.standin.plan import HealthCheck, Instance, ServicePlan
from infra.standin.settings import DEFAULTS
from tests.integration.standin.stage import Reply, Request, Subscriber, served
from tests.support.eventually import until_true


@dataclass
class Place:
    """A front with its instances."""

    url: str
    client: aiohttp.ClientSession
    backends: Backends
    ports: list[int]
    instances: list[Subscriber] = field(default_factory=list)

    async def get(self, path: str = "/", **more: Any) -> tuple[int, bytes]:
        async with self.client.get(self.url + path, **more) as response:
            return response.status, await response.read()


@asynccontextmanager
async def fronted(
    *,
    limit: int = 0,
    instances: int = 1,
    timeout_s: float = 5.0,
    behaviour: Callable[[Request], Reply] = lambda _: Reply(),
    app: App | None = None,
    serving: bool = True,
) -> AsyncIterator[Place]:
    """Run a front; requests of the readiness probe are not recorded."""
    address, *ports = free_ports(1 + instances)
    service = plan_of(address, ports, limit, timeout_s)
    settings = replace(DEFAULTS, unready_probe_every_s=0.02)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session(settings))
        backends = Backends(service, session, settings)
        place = Place(f"http://127.0.0.1:{address}", session, backends, ports)
        for port in ports if serving else ():
            subscriber = Subscriber()
            subscriber.behaviour = behaviour
            place.instances.append(subscriber)
            await stack.enter_async_context(served(app or without_probes(subscriber), port))
        await stack.enter_async_context(served(Front(service, backends, session, settings), address))
        watching = asyncio.create_task(backends.watch())
        try:
            if serving:
                await until_true(lambda: backends.figures.ready == instances)
            yield place
        finally:
            watching.cancel()
            await asyncio.wait({watching})


def plan_of(address: int, ports: list[int], limit: int, timeout_s: float) -> ServicePlan:
    return ServicePlan(
        namespace="learnflow",
        name="runner",
        image="runner",
        command=(),
        args=(),
        address=f"127.0.0.1:{address}",
        fronted=True,
        instances=tuple(Instance(port, {}) for port in ports),
        container_concurrency=limit,
        timeout_s=timeout_s,
        min_scale=0,
        max_scale=0,
        sandboxed=False,
        readiness=HealthCheck(path="/health/ready", period_s=0.05, failure_threshold=2),
        liveness=None,
        startup=None,
    )


def without_probes(subscriber: Subscriber) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/health/ready":
            await subscriber(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


async def test_a_request_passes_through_unchanged() -> None:
    def echo(request: Request) -> Reply:
        return Reply(418, request.body[::-1], {"X-Kept": request.headers["x-mine"]})

    async with fronted(limit=1, behaviour=echo) as place:
        url = f"{place.url}/a%20b/c?d=%2F&e"
        async with place.client.put(url, data=b"abc", headers={"X-Mine": "yes"}) as response:
            assert (response.status, await response.read()) == (418, b"cba")
            assert response.headers["x-kept"] == "yes"
        [request] = place.instances[0].requests
        assert (request.method, request.path) == ("PUT", "/a b/c")


async def test_an_instance_never_has_more_than_its_limit() -> None:
    async with fronted(limit=2, instances=2, behaviour=lambda _: Reply(after_s=0.05)) as place:
        answers = await asyncio.gather(*(place.get() for _ in range(20)))
    assert {status for status, _ in answers} == {200}
    assert [instance.most_at_once for instance in place.instances] == [2, 2]


async def test_beyond_ten_times_the_limit_the_answer_is_503() -> None:
    async with fronted(limit=1, behaviour=lambda _: Reply(after_s=0.05)) as place:
        answers = await asyncio.gather(*(place.get() for _ in range(15)))
        statuses = sorted(status for status, _ in answers)
        assert statuses == [200] * 11 + [503] * 4
        async with place.client.get(place.url) as response:
            assert response.status == 200


async def test_503_says_when_to_come_back() -> None:
    async with fronted(limit=1, behaviour=lambda _: Reply(after_s=0.2)) as place:
        waiting = [asyncio.create_task(place.get()) for _ in range(11)]
        await until_true(lambda: place.backends.figures.queued == 10)
        async with place.client.get(place.url) as response:
            assert (response.status, response.headers["retry-after"]) == (503, "1")
        await asyncio.gather(*waiting)


async def test_the_time_limit_covers_waiting_too() -> None:
    async with fronted(limit=1, timeout_s=0.3, behaviour=lambda _: Reply(after_s=0.2)) as place:
        answers = await asyncio.gather(*(place.get() for _ in range(4)))
    assert sorted(status for status, _ in answers)[:1] == [200]
    assert 504 in {status for status, _ in answers}


async def test_a_client_that_hangs_up_frees_its_place() -> None:
    async with fronted(limit=1, behaviour=lambda r: Reply(after_s=30 if r.path == "/slow" else 0)) as place:
        slow = asyncio.create_task(place.get("/slow"))
        await until_true(lambda: place.backends.figures.in_flight == 1)
        queued = asyncio.create_task(place.get("/queued"))
        await until_true(lambda: place.backends.figures.queued == 1)
        queued.cancel()
        await until_true(lambda: place.backends.figures.queued == 0)
        slow.cancel()
        assert await place.get("/next") == (200, b"")


async def test_nothing_is_sent_to_an_instance_that_is_not_ready() -> None:
    """The request waits, as at the activator, and is answered once an instance is there."""
    async with fronted(serving=False, timeout_s=10) as place:
        asking = asyncio.create_task(place.get())
        await until_true(lambda: place.backends.figures.queued == 1)
        subscriber = Subscriber()
        async with served(without_probes(subscriber), place.ports[0]):
            assert await asking == (200, b"")


async def test_an_instance_that_dies_is_left_out() -> None:
    async with fronted(serving=False, instances=2) as place:
        app = without_probes(Subscriber())
        async with served(app, place.ports[1]):
            async with served(app, place.ports[0]):
                await until_true(lambda: place.backends.figures.ready == 2)
            assert [await place.get() for _ in range(5)] == [(200, b"")] * 5
            await until_true(lambda: place.backends.figures.ready == 1)


async def test_a_stream_arrives_piece_by_piece() -> None:
    seen = asyncio.Event()

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if scope["path"] != "/health/ready":
            await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
            await seen.wait()
        await send({"type": "http.response.body", "body": b"data: 2\n\n"})

    async with fronted(limit=1, app=stream) as place, place.client.get(place.url) as response:
        assert await response.content.readany() == b"data: 1\n\n"
        seen.set()
        assert await response.content.read() == b"data: 2\n\n"
