"""The fake model as a process that can die and come back on its port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.ports import free_ports
from tests.fakes.functions import ModelServer


class Model:
    """A model at one address, whatever becomes of its processes."""

    def __init__(self) -> None:
        self._port = free_ports(1)[0]
        self._server = ModelServer(self._port)

    @property
    def pid(self) -> int:
        """Id of the process that is there now."""
        return self._server.process.pid

    @property
    def environ(self) -> dict[str, str]:
        """Variables that lead the tutor here."""
        url = f"http://127.0.0.1:{self._port}/v1"
        return {"OPENAI_API_KEY": "chaos", "OPENAI_BASE_URL": url, "LEARNFLOW_MODEL": "fake"}

    def restart(self) -> None:
        """Start it again, and wait until it answers."""
        self._server.stop()
        self._server = ModelServer(self._port)
        self._server.wait_ready()

    def stop(self) -> None:
        """End it."""
        self._server.stop()


@contextmanager
def serving() -> Iterator[Model]:
    """Serve the model for the length of a block."""
    model = Model()
    try:
        yield model
    finally:
        model.stop()
