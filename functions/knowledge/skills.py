"""The concepts that exercises practise, by the ids of the API: those of the cards, and some others."""

from __future__ import annotations

import re
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
    words: tuple[str, ...] = ()


@cache
def skills() -> Mapping[str, Skill]:
    """Read all skills, by id, in the order in which they are shown."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), dict[str, Skill])


def skill_in(text: str) -> str | None:
    """Name the concept that a wish for practice is on, by the longest of its names, if it has one."""
    said = text.lower()
    # The longest name is the most specific wish ("nested loops", not "loops"); of equals the first in the
    # file.
    found = {
        (len(match.group()), -number): name
        for number, (name, pattern) in enumerate(_patterns().items())
        if (match := pattern.search(said)) is not None
    }
    return found[max(found)] if found else None


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {
        name: re.compile(rf"(?<!\w)(?:{'|'.join(skill.words)})(?!\w)")
        for name, skill in skills().items()
        if skill.words
    }
