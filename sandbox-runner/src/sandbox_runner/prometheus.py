"""Metrics as Prometheus reads them; imported only when they are on.

They are shown by the server that is there already, at a port of their own: a thread would count against the
limit of a learner's program, which has the same user.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_asgi_app

from sandbox_runner.metrics import Levels, Metrics
from sandbox_runner.settings import MIB

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BYTES = tuple(float(size * MIB) for size in (1, 2, 5, 10, 20, 30, 40, 50))
LEVELS = {
    "waiting": ("learnflow_runner_waiting", "Executions that wait for their turn"),
    "running": ("learnflow_runner_running", "Executions that run"),
    "cells": ("learnflow_runner_cells_ready", "Cells that are ready before anyone asks"),
    "memory": ("learnflow_runner_memory_bytes", "Memory of the whole sandbox, its kernel included"),
}


class Prometheus(Metrics):
    """Keeps all metrics of this instance."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.registry = registry = CollectorRegistry()
        self._levels = {key: Gauge(*LEVELS[key], registry=registry) for key in LEVELS}
        self._waited = Histogram(
            "learnflow_runner_wait_seconds", "Time until the turn", buckets=_SECONDS, registry=registry
        )
        self._ran = Histogram(
            "learnflow_runner_seconds",
            "Time that programs ran",
            ("status",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._peak = Histogram(
            "learnflow_runner_peak_bytes", "Most memory a program had", buckets=_BYTES, registry=registry
        )
        self._refused = Counter(
            "learnflow_runner_refused", "Requests that were not run", ("reason",), registry=registry
        )

    def watch(self, levels: Levels) -> None:
        """Take what is read at each scrape."""
        for key, gauge in self._levels.items():
            gauge.set_function(levels[key])

    def waited(self, seconds: float) -> None:
        """Note how long an execution waited for its turn."""
        self._waited.observe(seconds)

    def finished(self, answer: Mapping[str, Any]) -> None:
        """Note what came of an execution; without an exit nobody knows its memory."""
        self._ran.labels(answer["status"]).observe(answer["duration_ms"] / 1000)
        if answer["peak_memory_bytes"] is not None:
            self._peak.observe(answer["peak_memory_bytes"])

    def refused(self, error: Exception) -> None:
        """Note a request that was not run, by the kind of error."""
        self._refused.labels(type(error).__name__).inc()

    def beside(self, app: Any) -> Any:
        """Return an application that shows the metrics on their port, and is `app` on the other."""
        shown = make_asgi_app(self.registry)

        async def both(scope: Any, receive: Any, send: Any) -> None:
            there = scope["type"] == "http" and (scope.get("server") or (None, None))[1] == self._port
            await (shown if there else app)(scope, receive, send)

        return both
