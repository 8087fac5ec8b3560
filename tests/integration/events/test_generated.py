"""What is made from the schemas is what is committed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_models_and_asyncapi_are_as_generated(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "events.generate", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    for name in ("models.py", "asyncapi.yaml"):
        assert (tmp_path / name).read_text() == (ROOT / "events" / name).read_text(), "run ./task schemas"
