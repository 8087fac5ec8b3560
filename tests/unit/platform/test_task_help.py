"""Who asks `./task` for help is shown our tasks, not the flags of the program underneath."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("words", [(), ("help",), ("--help",), ("-h",)])
def test_help_lists_our_tasks_and_what_is_used_most_comes_first(words: tuple[str, ...]) -> None:
    plain = {**os.environ, "NO_COLOR": "1"}  # the program underneath paints its list wherever CI is set
    command = ["./task", *words]
    done = subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True, check=False)
    names = [line.split()[1].rstrip(":") for line in done.stdout.splitlines() if line.startswith("* ")]
    assert done.returncode == 0, done.stderr
    assert names[:3] == ["up", "down", "wait"]
    assert {"test", "demo", "deploy"} <= set(names)
    assert "--verbose" not in done.stdout
