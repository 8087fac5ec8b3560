"""What is counted and measured. Nothing is imported unless LEARNFLOW_SANDBOX_METRICS_PORT is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox_runner.errors import SettingError
from sandbox_runner.settings import Settings

Levels = Mapping[str, Callable[[], float]]


class Metrics:
    """Metrics that are off."""

    def watch(self, levels: Levels) -> None:
        """Take what is read at each scrape: waiting, running, cells, memory."""

    def waited(self, seconds: float) -> None:
        """Note how long an execution waited for its turn."""

    def finished(self, answer: Mapping[str, Any]) -> None:
        """Note what came of an execution."""

    def refused(self, error: Exception) -> None:
        """Note a request that was not run."""

    def beside(self, app: Any) -> Any:
        """Return an application that shows the metrics on their port, and is `app` on the other."""
        return app


def metrics_for(settings: Settings) -> Metrics:
    """Return the metrics that are wanted; raises SettingError where the package for them is missing."""
    if not settings.metrics_port:
        return Metrics()
    try:
        from sandbox_runner.prometheus import Prometheus
    except ImportError as error:
        raise SettingError(
            f"LEARNFLOW_SANDBOX_METRICS_PORT: {error.name} is missing; requirements-metrics.lock has it"
        ) from error
    return Prometheus(settings.metrics_port)
