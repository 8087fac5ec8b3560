"""Every benchmark that the README names is there, and can be imported."""

from __future__ import annotations

from tests.bench.__main__ import BENCHES


def test_every_benchmark_can_be_imported() -> None:
    assert {"load", "executions", "hop", "coldstart", "events", "queries", "journey", "replay"} <= set(
        BENCHES
    )
