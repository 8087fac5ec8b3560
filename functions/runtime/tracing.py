"""Spans. Nothing is imported unless OTEL_EXPORTER_OTLP_ENDPOINT (or ..._TRACES_ENDPOINT) is set.

All else is said by OpenTelemetry's own variables. Events carry `traceparent` with or without it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from functions.runtime import trace_context
from functions.runtime.errors import ConfigurationError
from functions.runtime.settings import Settings


class Tracer:
    """Tracing that is off."""

    def consuming(
        self, type_name: str, parent: str | None, ids: dict[str, str]
    ) -> AbstractContextManager[None]:
        """Be inside the span of one event."""
        return nullcontext()

    def posting(self, path: str) -> AbstractContextManager[None]:
        """Be inside the span of one request to a KafkaSink."""
        return nullcontext()

    def close(self) -> None:
        """Send what is left."""


_current = Tracer()


def configure(settings: Settings) -> None:
    """Begin to send traces when an address is set; raises ConfigurationError without the packages."""
    global _current  # one per process, as with logging
    if not settings.traces:
        return
    try:
        from functions.runtime.otel import OpenTelemetry
    except ImportError as error:
        raise ConfigurationError(
            f"{settings.traces}: {error.name} is missing; requirements-telemetry.lock has it"
        ) from error
    _current = made = OpenTelemetry(settings.function)
    trace_context.use(made.traceparent)


def consuming(type_name: str, parent: str | None, ids: dict[str, str]) -> AbstractContextManager[None]:
    """Be inside the span of one event, a child of the event's own trace context."""
    return _current.consuming(type_name, parent, ids)


def posting(path: str) -> AbstractContextManager[None]:
    """Be inside the span of one request to a KafkaSink."""
    return _current.posting(path)


def close() -> None:
    """Send what is left."""
    _current.close()
