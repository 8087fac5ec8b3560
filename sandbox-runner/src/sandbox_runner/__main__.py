"""Start the runner: `python -m sandbox_runner`."""

from __future__ import annotations

import logging
import os
import socket
import sys

from sandbox_runner import sentry
from sandbox_runner.cell import kernel
from sandbox_runner.errors import SettingError, Unavailable
from sandbox_runner.metrics import Metrics, metrics_for
from sandbox_runner.pool import Zygotes
from sandbox_runner.seccomp import compile_filter
from sandbox_runner.settings import Mode, Settings

_KEEP_ALIVE_S = 95
_GRACE_S = 8
log = logging.getLogger("sandbox_runner")


def main() -> int:
    """Serve until told to stop; the exit code 75 asks for a fresh instance."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s", stream=sys.stdout)
    try:
        settings = Settings.from_environment(os.environ)
        metrics = metrics_for(settings)
    except SettingError as error:
        log.error("%s", error)
        return 2
    if settings.mode is not Mode.GVISOR:
        log.warning("LEARNFLOW_SANDBOX=%s: PROGRAMS RUN WITHOUT GVISOR, never for strangers", settings.mode)
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    try:
        zygotes = start_zygote(settings)
        opened = sockets(settings)
    except (Unavailable, OSError) as error:
        log.error("%s", error)
        return 1
    return serve(settings, zygotes, metrics, opened)


def start_zygote(settings: Settings) -> Zygotes | None:
    """Let the zygote warm up while the HTTP server is imported; None where no zygote will be used."""
    if settings.mode is Mode.UNSAFE_PROCESS or (settings.mode is Mode.GVISOR and not sentry.inside_gvisor()):
        return None
    return Zygotes(settings, compile_filter())


def serve(
    settings: Settings, zygotes: Zygotes | None, metrics: Metrics, opened: list[socket.socket] | None
) -> int:
    """Run the HTTP server and give the exit code of the process."""
    import uvicorn

    from sandbox_runner.app import create_app
    from sandbox_runner.requests import MAX_BODY

    codes = [0]

    def leave(code: int) -> None:
        codes[0] = max(codes[0], code)
        server.should_exit = True

    config = uvicorn.Config(
        metrics.beside(create_app(settings, zygotes, leave, metrics)),
        host=settings.host,
        port=settings.port,
        loop="asyncio",
        http="h11",
        ws="wsproto",
        ws_max_size=MAX_BODY,
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = uvicorn.Server(config)
    server.run(opened)
    return codes[0]


def sockets(settings: Settings) -> list[socket.socket] | None:
    """Open both ports where metrics have one; None leaves it to the server to open its own."""
    if not settings.metrics_port:
        return None
    requests = socket.create_server((settings.host, settings.port))
    # Prometheus asks the pod by its address; what it reaches there is metrics alone
    return [requests, socket.create_server((settings.metrics_host, settings.metrics_port))]


if __name__ == "__main__":
    sys.exit(main())
