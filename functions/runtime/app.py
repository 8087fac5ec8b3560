"""The composition root: one function on its host, as an ASGI application."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from functions.runtime import health, logs, metrics, migrate, tracing
from functions.runtime.consumer import EventConsumer
from functions.runtime.database import DOWN, answers, connection, open_pool
from functions.runtime.errors import ConfigurationError, DatabaseDown
from functions.runtime.function_host import FunctionHost, Resources
from functions.runtime.publisher import KafkaSinks, OutboxPublisher
from functions.runtime.registration import Registration
from functions.runtime.settings import Environ, Settings

RETRY_S = 0.5
# How long the first request of a function that opens with it waits; the caller tries again after that.
FIRST_S = 10.0
WRONG_SETTING, BROKEN = 2, 1

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def compose(
    registration: Registration, environ: Environ, clock: Callable[[], datetime] = utc_now
) -> tuple[Starlette, FunctionHost]:
    """Put a function on its host, with probes; nothing connects before the application's lifespan begins."""
    settings = Settings.read(environ)
    metrics.configure(settings)
    tracing.configure(settings)
    host = FunctionHost(settings, environ, clock)

    async def database() -> bool:
        return await answers(host.pool)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(host.watch.run())]
        async with AsyncExitStack() as stack:
            tasks.append(asyncio.create_task(start(registration, host, stack)))
            yield
            await host.drain()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await asyncio.to_thread(tracing.close)

    app = Starlette(routes=health.routes(lambda: host.started, database, host.watch), lifespan=lifespan)
    # no Mount: its pattern does not match a path with a line break, which would get past the application
    app.router.default = registration.http(host) if registration.http else events(registration, host)
    return app, host


def events(registration: Registration, host: FunctionHost) -> ASGIApp:
    """Make the application that takes events, on any path: a KafkaSource may add one."""
    consumer = EventConsumer(registration, host)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        post = scope["method"] == "POST"
        answer = await consumer.endpoint(Request(scope, receive)) if post else PlainTextResponse("", 405)
        await answer(scope, receive, send)

    return application


async def start(registration: Registration, host: FunctionHost, stack: AsyncExitStack) -> None:
    """Open everything the function needs.

    Waits for PostgreSQL as long as it takes; whatever else is wrong ends the process.
    """
    while not host.started and not host.failed:
        try:
            await open_once(registration, host, stack)
        except (*DOWN, DatabaseDown) as error:
            log.warning("PostgreSQL is not there yet: %s", error)
            await asyncio.sleep(RETRY_S)
        except ConfigurationError as error:
            log.error("%s", error)
            host.failed = WRONG_SETTING
        except Exception:
            log.exception("start-up failed")
            host.failed = BROKEN
    if host.failed:
        signal.raise_signal(signal.SIGTERM)


async def open_once(registration: Registration, host: FunctionHost, stack: AsyncExitStack) -> None:
    """Open the pool first and close it last; a failure closes what was opened."""
    settings = host.settings
    async with AsyncExitStack() as opened:
        pool = await open_pool(settings)
        opened.push_async_callback(pool.close)
        async with connection(pool) as db:
            for name in await migrate.migrate(db, migrate.read()):
                log.info("migrated %s", name)
        sinks = KafkaSinks(settings.sinks_url, host.signatures, settings.publish_limit_s)
        opened.push_async_callback(sinks.close)
        used = {
            kind: await opened.enter_async_context(kind.open(host.environ, pool))  # type: ignore[attr-defined]
            for kind in registration.uses
        }
        host.open(Resources(pool, OutboxPublisher(sinks, pool), used))
        stack.push_async_exit(opened.pop_all())
    log.info("started")


class Hosted:
    """A function that a foreign server calls: it is composed and opened with its first request."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration
        self._app: Starlette | None = None
        self._host: FunctionHost | None = None
        self._life: asyncio.Task[None] | None = None

    async def answer(self, request: Request) -> Response:
        """Answer a request of functions-framework, in the words of our own application."""
        if self._app is None or self._host is None:
            settings = Settings.read(os.environ)
            logs.configure(settings.function, settings.log_level)
            self._app, self._host = compose(self._registration, os.environ)
            self._life = asyncio.create_task(self._live(self._app))
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_S):
                while not self._host.started and not request.url.path.startswith("/health/"):
                    await asyncio.sleep(0.01)
        return AsItComes(self._app)

    async def _live(self, app: Starlette) -> None:
        """Stay open as long as the event loop runs: the framework does not tell its end."""
        async with app.router.lifespan_context(app):
            await asyncio.Event().wait()


class AsItComes(Response):
    """The answer that an application gives to the request at hand."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer."""
        await self._app(scope, receive, send)
