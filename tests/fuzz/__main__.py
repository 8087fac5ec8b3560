"""Fuzz the API or the functions: `fuzz api [--examples 200] [--seed N]`, `fuzz events [--examples 200] [--seed N]`."""

from __future__ import annotations

import argparse
import os
import sys

import pytest

TESTS = {"api": "tests/integration/gateway/test_fuzz.py", "events": "tests/integration/events/test_fuzz.py"}
ALL_PHASES = "examples,coverage,fuzzing,stateful"


def main() -> int:
    """Run the test of one part with more examples than the test suite takes."""
    parser = argparse.ArgumentParser(prog="./task fuzz", description=__doc__)
    parser.add_argument("part", choices=sorted(TESTS))
    parser.add_argument("--examples", type=int, default=200, help="per route, or per function")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ["LEARNFLOW_FUZZ_EXAMPLES"] = str(given.examples)
    os.environ["LEARNFLOW_FUZZ_SEED"] = str(given.seed)
    os.environ["LEARNFLOW_FUZZ_PHASES"] = ALL_PHASES
    return pytest.main(["-q", "-s", TESTS[given.part]])


if __name__ == "__main__":
    sys.exit(main())
