"""Gateway: the one HTTP API that frontends call."""

from __future__ import annotations

from starlette.types import ASGIApp

from functions.gateway.app import application
from functions.gateway.state import Gateway
from functions.runtime import FunctionHost, serves


@serves
def gateway(floor: FunctionHost) -> ASGIApp:
    """Serve the API on its floor."""
    return application(Gateway.on(floor))
