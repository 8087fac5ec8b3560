"""Call every route with random input: about 5,500 calls with 240 examples a route."""

from __future__ import annotations

import argparse
import os
import sys

import pytest

TEST = "tests/integration/gateway/test_fuzz.py"
ALL_PHASES = "examples,coverage,fuzzing,stateful"


def main() -> int:
    """Run the test of the suite with more examples and in all phases."""
    parser = argparse.ArgumentParser(prog="./task fuzz", description=__doc__)
    parser.add_argument("part", choices=["api"], nargs="?", default="api")
    parser.add_argument("--examples", type=int, default=240, help="per route")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ["LEARNFLOW_FUZZ_EXAMPLES"] = str(given.examples)
    os.environ["LEARNFLOW_FUZZ_SEED"] = str(given.seed)
    os.environ["LEARNFLOW_FUZZ_PHASES"] = ALL_PHASES
    return pytest.main(["-q", "-s", TEST])


if __name__ == "__main__":
    sys.exit(main())
