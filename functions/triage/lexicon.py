"""The word lists of lexicon.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("lexicon.toml")


@cache
def lexicon(table: str, name: str) -> frozenset[str]:
    """Read a list, once per process; raises KeyError for one that is not there."""
    words: str = _tables()[table][name]
    return frozenset(words.split())


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
