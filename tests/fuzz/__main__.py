"""Send random input: about 5,500 calls of the API with 240 examples a route, 400 events to every function."""

from __future__ import annotations

import argparse
import os
import sys

import pytest

TESTS = {
    "api": "tests/integration/gateway/test_fuzz.py",
    "events": "tests/integration/runtime/test_poison.py",
}
ALL_PHASES = "examples,coverage,fuzzing,stateful"


def main() -> int:
    """Run tests of the suite with more examples, those of the API in all phases."""
    parser = argparse.ArgumentParser(prog="./task fuzz", description=__doc__)
    parser.add_argument("part", choices=["all", *TESTS], nargs="?", default="all")
    parser.add_argument("--examples", type=int, default=240, help="per route")
    parser.add_argument("--events", type=int, default=400, help="per function")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ["LEARNFLOW_FUZZ_EXAMPLES"] = str(given.examples)
    os.environ["LEARNFLOW_FUZZ_EVENTS"] = str(given.events)
    os.environ["LEARNFLOW_FUZZ_SEED"] = str(given.seed)
    os.environ["LEARNFLOW_FUZZ_PHASES"] = ALL_PHASES
    chosen = TESTS.values() if given.part == "all" else [TESTS[given.part]]
    return pytest.main(["-q", "-s", *chosen])


if __name__ == "__main__":
    sys.exit(main())
