"""Metrics and traces of real processes, as Prometheus and a collector get them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from infra.local.ports import free_ports
from tests.support import plain
from tests.support.eventually import until
from tests.support.processes import ROOT, FunctionProcess

QUERY = "learnflow.query.submitted.v1"
TRACE, PARENT = "a" * 32, "b" * 16


class Collector:
    """A collector that keeps the spans it is sent."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Span]] = []
        spans = self.spans

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                for one in ExportTraceServiceRequest.FromString(body).resource_spans:
                    names = {a.key: a.value.string_value for a in one.resource.attributes}
                    spans.extend((names["service.name"], span) for s in one.scope_spans for span in s.spans)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def named(self, name: str) -> list[Span]:
        return [span for _, span in self.spans if span.name.startswith(name)]


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def scraped(port: int) -> str:
    return plain.get(f"http://127.0.0.1:{port}/metrics").text


def status(url: str) -> int:
    return plain.get(url).status_code


async def test_a_function_counts_what_it_handles(start: Any, db: Any, question: Any) -> None:
    [port] = free_ports(1)
    function = start(LEARNFLOW_METRICS_PORT=str(port))
    function.send(QUERY, question("hello"))
    function.send(QUERY, question("fail"))
    function.send("learnflow.nonsense.v9", {})
    text = scraped(port)
    for line in (
        f'learnflow_events_total{{function="probe",outcome="handled",type="{QUERY}"}} 1.0',
        f'learnflow_events_total{{function="probe",outcome="internal",type="{QUERY}"}} 1.0',
        f'learnflow_event_seconds_count{{function="probe",type="{QUERY}"}} 2.0',
        'learnflow_events_total{function="probe",outcome="handled",type="other"} 1.0',
        'learnflow_dead_letters_total{function="probe",reason="unknown-type"} 1.0',
    ):
        assert line in text
    assert "process_resident_memory_bytes" in text
    assert status(f"{function.url}/metrics") in {404, 405}


async def test_the_sweep_tells_how_old_the_outbox_is(start: Any, sinks: Any, db: Any) -> None:
    await db.execute(
        "INSERT INTO outbox (producer, event_id, type, topic, attributes, data, created_at, next_attempt_at)"
        " VALUES ('x', 'e', 't', 'progress.events', '{}', '', now() - interval '5 min', 'infinity')"
    )
    [port] = free_ports(1)
    start("outbox", LEARNFLOW_METRICS_PORT=str(port)).send("dev.knative.sources.ping", {})
    lines = dict(line.rsplit(" ", 1) for line in scraped(port).splitlines() if line[0] != "#")
    assert float(lines['learnflow_outbox_age_seconds{function="outbox"}']) > 290
    assert lines['learnflow_outbox_waiting{function="outbox"}'] == "1.0"


async def test_an_event_continues_its_own_trace(
    start: Any, sinks: Any, db: Any, question: Any, collector: Collector
) -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}
    function = start(**environ)
    function.send(QUERY, question("hello"), traceparent=f"00-{TRACE}-{PARENT}-01")
    until(lambda: bool(collector.named("process") and collector.named("POST")), "no span came")
    [handled] = collector.named(f"process {QUERY}")
    assert (handled.trace_id.hex(), handled.parent_span_id.hex()) == (TRACE, PARENT)
    [published] = sinks.to("progress-events")
    assert published.attributes["traceparent"] == f"00-{TRACE}-{handled.span_id.hex()}-01"
    assert {service for service, _ in collector.spans} == {"probe"}
    assert all(span.trace_id.hex() == TRACE for span in collector.named("POST"))


def test_a_request_begins_a_trace_and_has_its_route(
    database_url: str, sinks: Any, collector: Collector, tmp_path: Path
) -> None:
    port, metrics = free_ports(2)
    environ = {
        "DATABASE_URL": database_url,
        "LEARNFLOW_SINKS_URL": sinks.url,
        "SANDBOX_URL": "http://127.0.0.1:1",
        "LEARNFLOW_JWT_SECRET": "s" * 32,
        "LEARNFLOW_METRICS_PORT": str(metrics),
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "50",
    }
    gateway = FunctionProcess("gateway", port, environ, tmp_path / "gateway.log")
    try:
        gateway.wait_ready()
        who = {
            "email": "a@example.com",
            "password": "correct horse battery",
            "display_name": "A",
            "role": "student",
        }
        token = plain.post(f"{gateway.url}/api/v1/auth/register", json=who).json()["access_token"]
        headers = {"authorization": f"Bearer {token}", "traceparent": f"00-{TRACE}-{PARENT}-01"}
        asked = plain.post(
            f"{gateway.url}/api/v1/chat/messages", json={"text": "What is a list?"}, headers=headers
        )
        assert asked.status_code == 202, asked.text
        sinks.wait(lambda: bool(sinks.to("learning-requests")))
        until(lambda: any(s.trace_id.hex() == TRACE for s in collector.named("POST /api")), "no span came")
    finally:
        assert gateway.stop() == 0
    sent = sinks.to("learning-requests")[0].attributes["traceparent"]
    spans = {span.span_id.hex(): span for _, span in collector.spans if span.trace_id.hex() == TRACE}
    assert sent.split("-")[1] == TRACE
    assert sent.split("-")[2] in spans
    assert PARENT in {span.parent_span_id.hex() for span in spans.values()}
    assert not collector.named("GET /health")


async def test_without_the_packages_the_process_says_what_is_missing(start: Any, tmp_path: Path) -> None:
    hidden = tmp_path / "prometheus_client"
    hidden.mkdir()
    (hidden / "__init__.py").write_text("raise ImportError('no', name='prometheus_client')\n")
    function = start(wait=False, LEARNFLOW_METRICS_PORT="9464", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert function.process.wait(timeout=30) == 2
    assert "prometheus_client is missing; requirements-telemetry.lock has it" in function.log.read_text()
