"""A further function is one folder, one schema and one manifest; nothing else changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.local.ports import free_ports
from tests.support.processes import ROOT, FunctionProcess

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:learnflow:badge:earned:v1",
    "title": "BadgeEarned",
    "description": "A student earned a badge.",
    "x-type": "learnflow.badge.earned.v1",
    "x-topic": "badges",
    "type": "object",
    "required": ["student_id", "badge"],
    "properties": {"student_id": {"type": "string", "format": "uuid"}, "badge": {"type": "string"}},
}
MAIN = """
from events.models import BadgeEarned, QuerySubmitted
from functions.runtime import Work, consumes


@consumes(QuerySubmitted)
async def badges(query: QuerySubmitted, work: Work) -> None:
    work.publish(BadgeEarned(student_id=query.student_id, badge="curious"))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with a ninth function in it."""
    root = tmp_path / "project"
    for folder in ("functions", "events", "db"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "events/schemas/learnflow.badge.earned.v1.json").write_text(json.dumps(SCHEMA))
    (root / "functions/badges").mkdir()
    (root / "functions/badges/main.py").write_text(MAIN)
    subprocess.run([sys.executable, "-W", "ignore", "-m", "events.generate"], cwd=root, check=True)
    return root


async def test_it_runs_on_the_floor(
    project: Path, database_url: str, sinks: Any, tmp_path: Path, question: Any
) -> None:
    environ = {"DATABASE_URL": database_url, "LEARNFLOW_SINKS_URL": sinks.url}
    function = FunctionProcess("badges", free_ports(1)[0], environ, tmp_path / "badges.log", root=project)
    try:
        function.wait_ready()
        data = question("hello")
        for _ in range(2):
            assert function.send("learnflow.query.submitted.v1", data, id=str(uuid4())).status_code == 200
        assert [event.data["badge"] for event in sinks.to("badges")] == ["curious", "curious"]
        assert sinks.to("badges")[0].data["student_id"] == data["student_id"]
    finally:
        function.kill()
