"""The composition root: one function, loaded through functions-framework, as an ASGI application."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import functions_framework.aio
import httpx
from starlette.applications import Starlette

from functions.runtime import health, metrics, migrate, tracing
from functions.runtime.certificates import trusted
from functions.runtime.database import DOWN, answers, connection, open_pool
from functions.runtime.errors import ConfigurationError, DatabaseDown
from functions.runtime.function_host import FunctionHost
from functions.runtime.incoming import CloudEventMiddleware
from functions.runtime.publisher import KafkaSinks, connections
from functions.runtime.registry import FLOORS, REGISTRY
from functions.runtime.settings import Environ, Settings

FUNCTIONS = Path(__file__).parents[1]
RETRY_S = 0.5

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def compose(environ: Environ, clock: Callable[[], datetime] = utc_now) -> tuple[Starlette, FunctionHost]:
    """Load the function named by FUNCTION_TARGET and put it on its floor; nothing connects yet."""
    settings = Settings.read(environ)
    metrics.configure(settings.function, environ)
    tracing.configure(settings.function, environ)
    source = Path(environ.get("FUNCTION_SOURCE") or FUNCTIONS / settings.function / "main.py")
    if not source.is_file():
        raise ConfigurationError(f"FUNCTION_TARGET: there is no function {settings.function!r} at {source}")
    events = functions_framework.aio.create_asgi_app(  # type: ignore[no-untyped-call]  # its package has no types
        target=settings.function, source=str(source)
    )
    registration = REGISTRY[settings.function]
    floor = FLOORS[settings.function] = FunctionHost(registration, settings, environ, clock)
    watch = health.LoopWatch()

    async def database() -> bool:
        return await answers(floor.pool)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(watch.run())]
        async with AsyncExitStack() as stack:
            tasks.append(asyncio.create_task(start(floor, stack)))
            yield
            await floor.drain()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await asyncio.to_thread(tracing.close)

    application = registration.http(floor) if registration.http else CloudEventMiddleware(events)
    probes = health.routes(lambda: floor.started, database, watch)
    app = Starlette(routes=probes, lifespan=lifespan)
    # no Mount: its pattern does not match a path with a line break, which would get past the application
    app.router.default = application
    return app, floor


async def start(floor: FunctionHost, stack: AsyncExitStack) -> None:
    """Open everything the function needs.

    Waits for PostgreSQL as long as it takes; whatever else is wrong ends the process.
    """
    while True:
        try:
            await open_once(floor, stack)
        except (*DOWN, DatabaseDown) as error:
            log.warning("PostgreSQL is not there yet: %s", error)
            await asyncio.sleep(RETRY_S)
        except Exception:
            log.exception("start-up failed")
            floor.failed = True
            signal.raise_signal(signal.SIGTERM)
            return
        else:
            return


async def open_once(floor: FunctionHost, stack: AsyncExitStack) -> None:
    """Open the pool first and close it last; a failure closes what was opened."""
    settings = floor.settings
    async with AsyncExitStack() as opened:
        pool = await open_pool(settings)
        opened.push_async_callback(pool.close)
        async with connection(pool) as db:
            for name in await migrate.migrate(db, migrate.read()):
                log.info("migrated %s", name)
        client = await opened.enter_async_context(
            httpx.AsyncClient(
                timeout=settings.publish_limit_s, limits=connections(), verify=trusted(settings.sinks_url)
            )
        )
        used = {
            kind: await opened.enter_async_context(kind.open(floor.environ, pool))  # type: ignore[attr-defined]
            for kind in floor.registration.uses
        }
        floor.open(pool, KafkaSinks(settings.sinks_url, client, floor.signatures), used)
        stack.push_async_exit(opened.pop_all())
    log.info("started")
