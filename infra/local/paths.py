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
