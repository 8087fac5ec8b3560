"""Known holes: asked of pip-audit where its data can be had, otherwise of the list beside this file."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from packaging.version import Version

from infra.audit.locks import Pin

LIST = Path(__file__).with_name("advisories.toml")
PIP_AUDIT = "pip-audit==2.10.1"
LIMIT_S = 300


@dataclass(frozen=True, slots=True)
class Hole:
    """A locked package that has a known hole."""

    package: str
    version: str
    advisory: str
    fixed_in: str

    def __str__(self) -> str:
        return f"{self.package} {self.version}: {self.advisory}, fixed in {self.fixed_in}"


@dataclass(frozen=True, slots=True)
class Advisory:
    """A hole in all versions of a package before the one that mended it."""

    package: str
    fixed_in: str
    id: str

    def hits(self, pin: Pin) -> bool:
        """Whether a locked package has it."""
        return pin.name == self.package and Version(pin.version) < Version(self.fixed_in)


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, and the day to which it was brought up to date."""

    until: date
    advisories: tuple[Advisory, ...]

    @classmethod
    def read(cls, path: Path = LIST) -> Listed:
        """Read the list."""
        raw = tomllib.loads(path.read_text())
        return cls(raw["until"], tuple(Advisory(**one) for one in raw["advisory"]))

    def holes(self, pins: Iterable[Pin]) -> list[Hole]:
        """Find the locked packages that it names."""
        return [
            Hole(pin.name, pin.version, one.id, one.fixed_in)
            for pin in pins
            for one in self.advisories
            if one.hits(pin)
        ]


def asked(lock: Path) -> list[Hole] | None:
    """Ask pip-audit about a lock; None when it or its data cannot be had."""
    uv = Path(sys.executable).with_name("uv")
    words = ["tool", "run", "--quiet", "--from", PIP_AUDIT, "pip-audit", "--disable-pip", "--require-hashes"]
    try:
        done = subprocess.run(
            [str(uv), *words, "--progress-spinner=off", "--format=json", f"--requirement={lock}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S,
        )
        report = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    # a registry without the data has none of the packages, as it seems from there
    unheard = all("skip_reason" in one for one in report["dependencies"])
    return None if unheard else found(report)


def found(report: Mapping[str, Any]) -> list[Hole]:
    """Read pip-audit's report."""
    return [
        Hole(one["name"], one["version"], hole["id"], ", ".join(hole["fix_versions"]) or "no version")
        for one in report["dependencies"]
        for hole in one.get("vulns", ())
    ]
