"""The tables of signals.toml, ready to be looked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from events.models import Difficulty, Level, Topic

IntentKind = Literal[
    "concept",
    "debug",
    "exercise",
    "review",
    "progress",
    "greeting",
    "off_topic",
    "unknown",
    "homework",
    "distress",
]
FILE = Path(__file__).with_name("signals.toml")


@dataclass(frozen=True, slots=True)
class Signal:
    """Words that speak for an intent; some decide it whatever else is said."""

    name: str
    intent: IntentKind
    decides: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Signals:
    """All that triage looks for in a message."""

    intents: tuple[Signal, ...]
    stuck: re.Pattern[str]
    not_stuck: re.Pattern[str]
    settled: re.Pattern[str]
    despair: re.Pattern[str]
    difficulties: Mapping[Difficulty, re.Pattern[str]]
    levels: Mapping[Level, re.Pattern[str]]
    topic_of_error: Mapping[str, Topic]
    kin: Mapping[str, frozenset[str]]
    programs: frozenset[str]


@cache
def signals() -> Signals:
    """Read and compile the tables, once per process."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    words, stuck = tables["words"], tables["stuck"]
    return Signals(
        intents=tuple(_signal(number, entry, words) for number, entry in enumerate(tables["signal"])),
        stuck=_compiled(stuck["said"], words),
        not_stuck=_compiled(stuck["denied"], words),
        settled=_compiled(stuck["settled"], words),
        despair=_compiled(stuck["despair"], words),
        difficulties={name: re.compile(pattern) for name, pattern in tables["difficulty"].items()},
        levels={name: re.compile(pattern) for name, pattern in tables["level"].items()},
        topic_of_error=tables["topic_of_error"],
        kin=_kin(tables["kin"]),
        programs=frozenset(tables["program"]["words"].split()),
    )


def _kin(groups: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Turn groups of words around: for each word the groups it is in."""
    found: dict[str, set[str]] = {}
    for name, words in groups.items():
        for word in words.split():
            found.setdefault(word, set()).add(name)
    # Turned around once, because a message has ten words and there are many groups.
    return {word: frozenset(names) for word, names in found.items()}


def _signal(number: int, entry: dict[str, Any], words: dict[str, str]) -> Signal:
    # The number makes the name of a feature: a signal put in between moves all after it, and the weights have
    # to be trained anew (a test finds that).
    name = f"{entry['intent']}.{number}"
    return Signal(name, entry["intent"], entry.get("decides", False), _compiled(entry["shown_by"], words))


def _compiled(patterns: list[str], words: dict[str, str]) -> re.Pattern[str]:
    joined = "|".join(patterns)
    for name, value in words.items():
        joined = joined.replace(f"{{{name}}}", value)
    return re.compile(joined)
