"""The rooms of the project: thin entries, and no agent that leans on another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = sorted(p for p in (ROOT / "functions").iterdir() if (p / "__init__.py").exists())
AGENTS = [p.name for p in FOLDERS if (p / "main.py").exists()]
ROOMS = [p.name for p in FOLDERS if not (p / "main.py").exists()]
OF_THE_AGENT = ("main", "rebuild", "settings", "struggle", "summary")


def imported(folder: Path) -> Iterator[str]:
    """Modules that the code of a folder imports."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("agent", AGENTS)
def test_an_entry_is_thin(agent: str) -> None:
    assert len((ROOT / "functions" / agent / "main.py").read_text().splitlines()) <= 60


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_imports_no_other_agent(agent: str) -> None:
    """Of `progress` the pure core and its store are a room for all; what serves its events is not."""
    used = {
        tuple(m.split(".")[1:]) for m in imported(ROOT / "functions" / agent) if m.startswith("functions.")
    }
    others = {m for m in used if m[0] in AGENTS and m[0] != agent}
    assert not {m for m in others if m[0] != "progress" or m[1:2] in {(name,) for name in OF_THE_AGENT}}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_no_agent(room: str) -> None:
    """What agents share stands below them."""
    used = {m.split(".")[1] for m in imported(ROOT / "functions" / room) if m.startswith("functions.")}
    assert not used & {*AGENTS} - {"progress"}


def test_the_sandbox_imports_nothing_of_ours() -> None:
    assert not {m.split(".")[0] for m in imported(ROOT / "sandbox-runner")} & {
        "functions",
        "events",
        "infra",
        "tests",
    }


def test_the_runtime_imports_no_room() -> None:
    assert not {
        m.split(".")[1] for m in imported(ROOT / "functions/runtime") if m.startswith("functions.")
    } - {"runtime"}


@pytest.mark.parametrize("room", ["functions", "events", "infra/checks", "infra/deploy", "infra/replay"])
def test_what_runs_against_clusters_knows_nothing_of_one_machine(room: str) -> None:
    """Operators need neither the system on one machine nor its stand-in for Knative."""
    assert not {m for m in imported(ROOT / room) if m.startswith(("infra.local", "infra.standin"))}


def test_the_stand_in_is_a_package_of_its_own() -> None:
    """It reads manifests and events, and knows nothing of who starts it."""
    used = {m for m in imported(ROOT / "infra/standin") if m.startswith(("infra.", "functions.", "events."))}
    assert {m.partition(".")[0] for m in used if not m.startswith("infra.standin")} <= {"events"}
