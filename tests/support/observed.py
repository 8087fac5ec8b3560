"""Following programs of our own without a sandbox: the harness in a process, as a cell runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

from functions.analysis import observation
from functions.analysis.observation import Observation, read_facts
from functions.diagnosis.runner import Runner

CELL = (
    "import json, sys\nexec(compile(sys.argv[1], 'main.py', 'exec'))\nprint(observe(*json.load(sys.stdin)))"
)


@cache
def observe(
    code: str,
    inputs: str = "",
    then: str | None = None,
    steps: int = observation.MAX_STEPS,
    seconds: float = observation.RUN_S,
) -> Observation:
    """Run the harness as a cell does: a file of its own, in a process of its own."""
    asked = observation.request(code, inputs, then, steps=steps, seconds=seconds)
    done = subprocess.run(
        [sys.executable, "-I", "-c", CELL, asked["code"]],
        input=json.dumps(asked["calls"][0]["args"]),
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    facts = read_facts(done.stdout.strip())
    assert facts is not None, done.stdout
    return facts


class LocalRunner(Runner):
    """Follows programs in processes of this machine."""

    def __init__(self) -> None:
        super().__init__(None)

    async def observe(
        self, code: str, within_s: float, inputs: str = "", then: str | None = None
    ) -> Observation | None:
        """Run a program line by line."""
        return observe(code, inputs, then)
