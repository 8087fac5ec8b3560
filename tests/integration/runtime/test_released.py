"""Events of every release are handled by today's functions as they run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.runtime.catalog import by_name
from infra.checks.manifests import at
from tests.support.overlays import ROOT, overlay

RELEASED = [
    (path.stem, json.loads(path.read_text()))
    for path in sorted((ROOT / "events" / "released").glob("*/examples/*.json"))
]


def consumers() -> dict[str, list[str]]:
    """Say which functions read which topics."""
    found: dict[str, list[str]] = {}
    for source in overlay("production").kind("KafkaSource"):
        found.setdefault(source["spec"]["topics"][0], []).append(at(source, "spec", "sink", "ref", "name"))
    return found


@pytest.mark.parametrize("function", sorted({who for all_ in consumers().values() for who in all_}))
async def test_no_released_event_is_a_dead_letter(start: Any, sinks: Any, function: str) -> None:
    no_sandbox = {"SANDBOX_URL": "http://127.0.0.1:1", "LEARNFLOW_EXECUTION_BUSY_S": "0"}
    process = start(function.replace("-", "_"), **no_sandbox)
    expected = [one for one in RELEASED if function in consumers().get(by_name()[one[0]].topic, [])]
    statuses = {process.send(kind, data).status_code for kind, data in expected}
    assert expected
    assert statuses <= {200, 503}, process.log.read_text()
    assert [letter.attributes["deadletterreason"] for letter in sinks.to("dead-letter")] == []
