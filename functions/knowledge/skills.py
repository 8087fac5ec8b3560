"""The concepts that exercises practise, by the ids of the API: those of the cards, and some others."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from events.models import Topic

FILE = Path(__file__).with_name("skills.toml")


@dataclass(frozen=True, slots=True)
class Skill:
    """One concept that can be practised, and the topic it belongs to."""

    title: str
    topic: Topic


@cache
def skills() -> Mapping[str, Skill]:
    """Read all skills, by id, in the order in which they are shown."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), dict[str, Skill])
