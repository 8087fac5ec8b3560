"""Where everything of a local system lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".learnflow" / "tools"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one running system; several can live side by side and share the tools."""

    path: Path

    @classmethod
    def current(cls) -> Home:
        """Use LEARNFLOW_HOME, or `.learnflow` in the project."""
        return cls(Path(os.environ.get("LEARNFLOW_HOME") or ROOT / ".learnflow").absolute())

    @property
    def state(self) -> Path:
        """Data of PostgreSQL and Kafka."""
        return self.path / "state"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """What runs now: written by the supervisor, read by the other commands."""
        return self.path / "run.json"

    @property
    def secrets(self) -> Path:
        """Secrets made for this system alone."""
        return self.path / "secrets.json"


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file so that a reader sees the old text or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    part.replace(path)
