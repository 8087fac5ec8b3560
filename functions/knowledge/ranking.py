"""Ranking of the cards for a question that names no concept: full text search of SQLite, scored by BM25."""

from __future__ import annotations

import re
import sqlite3
import tomllib
from functools import cache

from events.models import Topic
from functions.knowledge.library import CONTENT, Concept, library

WORD = re.compile(r"[a-z0-9_]{2,}")
# What a match in the title, the names, the texts, the mistakes of a card and in asks.toml counts.
WEIGHTS = "8.0, 6.0, 1.0, 1.0, 6.0"
ASKS = CONTENT / "asks.toml"
FIND = f"""
SELECT concept, bm25(cards, 0.0, {WEIGHTS}) AS score FROM cards WHERE cards MATCH ?
 ORDER BY score LIMIT 3
"""
MIN_COVERED = 0.5
MIN_LEAD = 1.1


def rank(text: str, topic: Topic | None = None) -> list[str]:
    """Give the concepts whose cards fit a question best; none when the best is no better than a guess."""
    words = [word for word in dict.fromkeys(WORD.findall(text.lower())) if word not in common()]
    if not words:
        return []
    found = index().execute(FIND, (" OR ".join(f'"{word}"' for word in words),)).fetchall()
    if not found or not _fits(found, words, topic):
        return []
    return [concept for concept, _ in found]


def _fits(found: list[tuple[str, float]], words: list[str], topic: Topic | None) -> bool:
    """Whether the best card has at least half of the words, and leads, or is of the topic talked about."""
    best, score = found[0]
    covered = sum(_has(best, word) for word in words)
    leads = len(found) == 1 or score <= MIN_LEAD * found[1][1]
    at_hand = topic is not None and library().concepts[best].topic == topic
    return covered >= max(1, MIN_COVERED * len(words)) and (leads or at_hand or covered > 1)


def _has(concept: str, word: str) -> bool:
    asked = (f'concept:"{concept}" AND "{word}"',)
    return index().execute("SELECT 1 FROM cards WHERE cards MATCH ?", asked).fetchone() is not None


@cache
def index() -> sqlite3.Connection:
    """Build the index in memory, once per process."""
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.execute(
        "CREATE VIRTUAL TABLE cards USING fts5(concept, title, names, told, mistakes, asked, "
        "tokenize='porter unicode61')"
    )
    rows = ((*_row(concept), asks()[concept.id]) for concept in library().concepts.values())
    db.executemany("INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?)", rows)
    return db


@cache
def asks() -> dict[str, str]:
    """Read how students ask for each concept without its name."""
    read: dict[str, str] = tomllib.loads(ASKS.read_text(encoding="utf-8"))
    return read


def common() -> frozenset[str]:
    """Words that say nothing of what a question is about."""
    return frozenset(asks()["common"].split())


def _row(concept: Concept) -> tuple[str, str, str, str, str]:
    cards = concept.cards.values()
    recipes = [
        f"{recipe.text} {' '.join(word.replace('|', ' ') for line in recipe.ask for word in line)}"
        for recipe in library().topics[concept.topic].recipes
        if recipe.concept == concept.id
    ]
    return (
        concept.id,
        concept.title,
        " ".join([*concept.aliases, *concept.keywords]),
        " ".join([card.text for card in cards] + recipes),
        " ".join(f"{card.mistake} {card.check.question}" for card in cards),
    )
