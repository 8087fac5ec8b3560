"""A short run of the fuzzer; `python -m tests.sandbox.fuzz SECONDS` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.sandbox.fuzz import fuzz
from tests.sandbox.runner import instance


def test_random_programs_never_become_our_fault(installed: None, tmp_path: Path) -> None:
    """No internal error, no refusal, and the instance lives."""
    with instance(tmp_path, LEARNFLOW_SANDBOX_TIMEOUT_S="0.5") as one:
        one.wait_ready()
        seen = fuzz(one, seconds=12, seed=20261123)
        assert sum(seen.values()) > 40
        assert one.execute("print('hello')")["stdout"] == "hello\n"
