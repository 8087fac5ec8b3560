"""The rooms of the project: thin entries, and no agent that leans on another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMON = {"runtime", "domain", "tutor"}
ROOMS = sorted(p.name for p in (ROOT / "functions").iterdir() if (p / "main.py").exists())


def imported(folder: Path) -> Iterator[str]:
    """Modules that the code of a folder imports."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_an_entry_is_thin(room: str) -> None:
    assert len((ROOT / "functions" / room / "main.py").read_text().splitlines()) <= 60


@pytest.mark.parametrize("room", ROOMS)
def test_a_function_imports_no_other_function(room: str) -> None:
    used = {m.split(".")[1] for m in imported(ROOT / "functions" / room) if m.startswith("functions.")}
    assert used <= COMMON | {room}


def test_the_sandbox_imports_nothing_of_ours() -> None:
    assert not {m.split(".")[0] for m in imported(ROOT / "sandbox-runner")} & {
        "functions",
        "events",
        "infra",
        "tests",
    }


def test_the_floor_imports_no_function() -> None:
    assert not {
        m.split(".")[1] for m in imported(ROOT / "functions/runtime") if m.startswith("functions.")
    } - {"runtime"}
