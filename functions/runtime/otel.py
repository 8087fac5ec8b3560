"""Spans by OpenTelemetry; imported only when they are on. FastAPI makes those of the gateway's requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from functions.runtime.tracing import Tracer

PROPAGATOR = TraceContextTextMapPropagator()


class OpenTelemetry(Tracer):
    """Sends spans over OTLP, in the background; a collector that is away delays nothing."""

    def __init__(self, function: str) -> None:
        resource = Resource.create({"service.name": function, "service.namespace": "learnflow"})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(self._provider)
        HTTPXClientInstrumentor().instrument(tracer_provider=self._provider)
        self._tracer = self._provider.get_tracer("learnflow")

    @contextmanager
    def consuming(self, type_name: str, parent: str | None, ids: dict[str, str]) -> Iterator[None]:
        """Be inside the span of one event, a child of the event's own trace context.

        Not of the HTTP header's: Knative's dispatcher can leave that of an earlier event there.
        """
        context = PROPAGATOR.extract({"traceparent": parent} if parent else {})
        attributes = {"messaging.system": "kafka", "messaging.operation.type": "process"}
        attributes |= {f"learnflow.{name}": value for name, value in ids.items()}
        with self._tracer.start_as_current_span(
            f"process {type_name}", context, trace.SpanKind.CONSUMER, attributes=attributes
        ):
            yield

    @contextmanager
    def posting(self, path: str) -> Iterator[None]:
        """Be inside the span of one request to a KafkaSink: nobody else instruments our own client."""
        attributes = {"http.request.method": "POST", "url.path": path}
        with self._tracer.start_as_current_span("POST", kind=trace.SpanKind.CLIENT, attributes=attributes):
            yield

    def traceparent(self) -> str | None:
        """Return the trace context to hand on; None outside every span."""
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        return carrier.get("traceparent")

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
