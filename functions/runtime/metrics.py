"""What is counted and measured. Nothing is imported unless LEARNFLOW_METRICS_PORT is set."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from functions.runtime.errors import ConfigurationError
from functions.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; `function` is a label of each of them."""

    kind: Literal["counter", "gauge", "histogram"]
    text: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
CATALOG: Mapping[str, Metric] = MappingProxyType(
    {
        "learnflow_events_total": Metric("counter", "Deliveries of events", ("type", "outcome")),
        "learnflow_event_seconds": Metric("histogram", "Time to handle a delivery", ("type",), FAST),
        "learnflow_dead_letters_total": Metric("counter", "Events given up", ("reason",)),
        "learnflow_unsigned_events_total": Metric("counter", "Events accepted without a signature"),
        "learnflow_http_seconds": Metric(
            "histogram", "Time to answer a request", ("method", "route", "status"), FAST
        ),
        "learnflow_outbox_waiting": Metric("gauge", "Events that wait to be published"),
        "learnflow_outbox_age_seconds": Metric("gauge", "Age of the oldest event that waits"),
        "learnflow_executions_waiting": Metric("gauge", "Programs that run or wait for a runner"),
        "learnflow_execution_seconds": Metric("histogram", "Time to run a program", ("status",), FAST),
        "learnflow_model_calls_total": Metric("counter", "Calls of the model", ("outcome",)),
        "learnflow_model_tokens_total": Metric("counter", "Tokens read and written", ("direction",)),
    }
)


@dataclass(slots=True)
class Outcome:
    """What came of a program; `busy` when it found no room."""

    status: str = "busy"


class Metrics:
    """Metrics that are off."""

    def count(self, name: str, amount: float, labels: Mapping[str, str]) -> None:
        """Add to a counter, or to a gauge."""

    def observe(self, name: str, value: float, labels: Mapping[str, str]) -> None:
        """Note one value of a histogram."""

    def level(self, name: str, value: float) -> None:
        """Set a gauge."""


_current = Metrics()


def configure(settings: Settings) -> None:
    """Serve metrics on a port of their own when it is set; raises ConfigurationError without the packages."""
    global _current  # one per process, as with logging
    if not settings.metrics_port:
        return
    try:
        from functions.runtime.prometheus import Prometheus
    except ImportError as error:
        raise ConfigurationError(
            f"LEARNFLOW_METRICS_PORT: {error.name} is missing; requirements-telemetry.lock has it"
        ) from error
    _current = Prometheus(settings.function, settings.metrics_port, settings.host)


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Add to a counter, or to a gauge."""
    _current.count(name, amount, labels)


def observe(name: str, value: float, **labels: str) -> None:
    """Note one value of a histogram."""
    _current.observe(name, value, labels)


@contextmanager
def execution() -> Iterator[Outcome]:
    """Note a program that runs or waits, and in the end how long that took."""
    outcome, began = Outcome(), time.perf_counter()
    count("learnflow_executions_waiting", 1)
    try:
        yield outcome
    finally:
        count("learnflow_executions_waiting", -1)
        observe("learnflow_execution_seconds", time.perf_counter() - began, status=outcome.status)


def level(name: str, value: float) -> None:
    """Set a gauge."""
    _current.level(name, value)
