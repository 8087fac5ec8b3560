"""Run one function: FUNCTION_TARGET says which, PORT where."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType

import uvicorn

from functions.runtime import logs
from functions.runtime.app import WRONG_SETTING, compose
from functions.runtime.errors import ConfigurationError
from functions.runtime.function_host import FunctionHost
from functions.runtime.launch import registration
from functions.runtime.settings import Settings

# Knative's queue-proxy keeps idle connections for 90 s: ours must last longer, or it meets a closed one.
KEEP_ALIVE_S = 120
DRAIN_S = 30


class FunctionServer(uvicorn.Server):
    """Tells the function when the process is asked to stop, before connections are drained."""

    def __init__(self, config: uvicorn.Config, host: FunctionHost) -> None:
        super().__init__(config)
        self._host = host

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop accepting, and let long answers such as streams come to their end."""
        self._host.stopping.set()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def main() -> int:
    """Serve until SIGTERM; finish what is in flight; then exit."""
    # What start-up makes stays to the end: looking for garbage in it costs a tenth of a cold start.
    gc.disable()
    try:
        settings = Settings.read(os.environ)
        logs.configure(settings.function, settings.log_level)
        app, host = compose(registration(settings), os.environ)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTING
    gc.freeze()
    gc.enable()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
        log_config=None,
        access_log=False,
        server_header=False,
        # uvicorn would believe any X-Forwarded-For from 127.0.0.1, which is where queue-proxy calls from:
        # the gateway reads that header itself, as far as LEARNFLOW_TRUSTED_NETWORKS says
        proxy_headers=False,
    )
    FunctionServer(config, host).run()
    return host.failed


if __name__ == "__main__":
    raise SystemExit(main())
