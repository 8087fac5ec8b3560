"""Metrics as Prometheus reads them; imported only when they are on."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from functions.runtime.errors import ConfigurationError
from functions.runtime.metrics import CATALOG, Metric, Metrics


class Prometheus(Metrics):
    """Keeps all metrics and serves them from a thread, past queue-proxy, so that a scrape wakes nothing."""

    def __init__(self, function: str, port: int, address: str) -> None:
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        self._function = function
        self._counters: dict[str, Counter | Gauge] = {}
        self._gauges: dict[str, Gauge] = {}
        self._histograms: dict[str, Histogram] = {}
        for name, metric in CATALOG.items():
            self._register(name, metric, registry)
        try:
            start_http_server(port, address, registry)
        except OSError as error:
            raise ConfigurationError(f"LEARNFLOW_METRICS_PORT: {error}") from error

    def count(self, name: str, amount: float, labels: Mapping[str, str]) -> None:
        """Add to a counter, or to a gauge."""
        self._counters[name].labels(function=self._function, **labels).inc(amount)

    def observe(self, name: str, value: float, labels: Mapping[str, str]) -> None:
        """Note one value of a histogram."""
        self._histograms[name].labels(function=self._function, **labels).observe(value)

    def level(self, name: str, value: float) -> None:
        """Set a gauge."""
        self._gauges[name].labels(function=self._function).set(value)

    def _register(self, name: str, metric: Metric, registry: CollectorRegistry) -> None:
        labels = ("function", *metric.labels)
        if metric.kind == "histogram":
            self._histograms[name] = Histogram(
                name, metric.text, labels, buckets=metric.buckets, registry=registry
            )
        elif metric.kind == "gauge":
            self._counters[name] = self._gauges[name] = Gauge(name, metric.text, labels, registry=registry)
        else:
            self._counters[name] = Counter(name, metric.text, labels, registry=registry)
