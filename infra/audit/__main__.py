"""`./task audit`: hashes, known vulnerabilities and licences of all that is locked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from infra.audit import locks, vulnerabilities


def main() -> int:
    """Print what was found; 1 when something stands against a package."""
    pins = {path: list(locks.read(path)) for path in locks.lock_files()}
    everything = sorted({pin for found in pins.values() for pin in found}, key=lambda pin: pin.name)
    unchecked = [f"{pin.name}: no hash" for pin in everything if not pin.hashes]
    known = [str(hole) for hole in find_holes(pins)]
    doubtful = objection()
    for line in (*unchecked, *known, *doubtful):
        print(line)
    print(f"{len(everything)} packages in {len(pins)} locks: {len(unchecked)} without a hash,", end=" ")
    print(f"{len(known)} known holes, {'a doubtful licence' if doubtful else 'no doubtful licence'}")
    return 1 if unchecked or known or doubtful else 0


def objection() -> list[str]:
    """Ask pip-licenses about all that is installed, by the rules in pyproject.toml; it stops at the first."""
    asked = [sys.executable, "-m", "piplicenses"]
    done = subprocess.run(asked, cwd=locks.ROOT, capture_output=True, text=True, check=False)
    return [done.stderr.strip()] if done.returncode else []


def find_holes(pins: Mapping[Path, Sequence[locks.Pin]]) -> set[vulnerabilities.Hole]:
    """Ask pip-audit about every lock, or the list once it cannot be had."""
    found: set[vulnerabilities.Hole] = set()
    for path in pins:
        answer = vulnerabilities.asked(path)
        if answer is None:
            listed = vulnerabilities.Listed.read()
            age = (datetime.now(UTC).date() - listed.until).days
            print(f"pip-audit or its data cannot be had: the list of {listed.until} is used, {age} days old")
            return {hole for found in pins.values() for hole in listed.holes(found)}
        found.update(answer)
    return found


if __name__ == "__main__":
    sys.exit(main())
