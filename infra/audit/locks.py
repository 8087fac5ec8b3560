"""Lock files: which packages of which version, and whether each download is checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked package."""

    name: str
    version: str
    hashes: int


def lock_files() -> list[Path]:
    """Find the locks of the project and of the sandbox-runner."""
    return [
        path
        for folder in (ROOT, ROOT / "sandbox-runner")
        for path in sorted(folder.glob("requirements*.lock"))
    ]


def read(path: Path) -> Iterator[Pin]:
    """Read the pins of a lock; raises ValueError for a line that pins nothing."""
    text = re.sub(r"\\\n\s*", " ", path.read_text())
    for line in text.splitlines():
        bare = line.partition(" #")[0].strip()
        if not bare or bare.startswith("#"):
            continue
        match = PIN.match(bare)
        if match is None:
            raise ValueError(f"{path.name}: expected NAME==VERSION, got {bare[:80]!r}")
        yield Pin(normal(match["name"]), match["version"], len(HASH.findall(bare)))


def normal(name: str) -> str:
    """Spell a package's name as all spellings of it are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
