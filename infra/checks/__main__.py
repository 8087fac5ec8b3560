"""Check rendered manifests: `python -m infra.checks FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.checks import Manifests, problems


def main(path: str) -> int:
    """Print what is wrong; 1 when anything is."""
    found = problems(Manifests.parse(Path(path).read_text()))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
