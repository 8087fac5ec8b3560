"""What concepts are like in everyday life, and what they are good for, read from everyday.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("everyday.toml")


@dataclass(frozen=True, slots=True)
class Everyday:
    """A comparison with something known, and a reason to use the concept."""

    like: str
    why: str


@cache
def everyday() -> Mapping[str, Everyday]:
    """Read the file, once per process, by the ids of the concepts."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {concept: Everyday(table["like"], table["why"]) for concept, table in tables.items()}
