"""A further function is one folder, one schema and one manifest, as the guide shows it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.local.ports import free_ports
from tests.support.docs import titled
from tests.support.processes import ROOT, FunctionProcess

GUIDE = "docs/architecture.md"
SCHEMA = "events/schemas/learnflow.badge.earned.v1.json"
MAIN = "functions/badges/main.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with a ninth function in it."""
    root = tmp_path / "project"
    for folder in ("functions", "events", "db"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (root / MAIN).parent.mkdir()
    for name in (SCHEMA, MAIN):
        (root / name).write_text(titled(GUIDE, name))
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
