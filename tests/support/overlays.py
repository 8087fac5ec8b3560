"""Overlays as kustomize renders them, each once per run."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from infra.checks import Manifests

ROOT = Path(__file__).parents[2]
KNATIVE = ROOT / "infra" / "knative"


def kustomize() -> str:
    """The program: as KUSTOMIZE says, of the project's set-up, or on PATH."""
    ours = ROOT / ".learnflow" / "tools" / "kustomize"
    found = os.environ.get("KUSTOMIZE") or (str(ours) if ours.exists() else shutil.which("kustomize"))
    if found is None:
        pytest.skip("no kustomize: ./task setup builds it")
    return found


@cache
def build(folder: Path) -> Manifests:
    """Render one folder."""
    done = subprocess.run([kustomize(), "build", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Manifests.parse(done.stdout)


def overlay(name: str) -> Manifests:
    """Render an overlay by name."""
    return build(KNATIVE / "overlays" / name)
