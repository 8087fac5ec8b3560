"""Node.js, and what the console takes from npm."""

from __future__ import annotations

from functions.gateway.console.library import build
from infra.local.errors import SetupError
from infra.local.paths import TOOLS

NODE = TOOLS / "node"
CONSOLE = TOOLS / "console"
LIBRARY = CONSOLE / build.MODULE


def ready() -> bool:
    """Tell whether the library is that of today's inputs."""
    return build.ready(CONSOLE)


def install() -> None:
    """Make the library; raises SetupError when it cannot be had."""
    try:
        build.build(CONSOLE, NODE)
    except RuntimeError as error:
        raise SetupError(str(error)) from None


def node() -> str | None:
    """Find the Node.js that the set-up found or got."""
    found = build.find(NODE)
    return found.program if found else None
