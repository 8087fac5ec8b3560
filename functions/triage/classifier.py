"""What a message asks for, told from its words alone: no model, no I/O."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from events.models import ParsedError, QuerySubmitted
from functions.triage.reading import Reading, read
from functions.triage.signals import Difficulty, IntentKind, signals
from functions.tutor.library import TopicId, library
from functions.tutor.matching import Match, find_concepts, find_topic
from functions.tutor.topics import topic_of_code

CLAUSE = re.compile(r"[.!?;\n]+|,? \b(?:but|although|though|however)\b")
ORDER: tuple[IntentKind, ...] = (
    "off_topic", "debug", "review", "progress", "exercise", "concept", "greeting",
)  # fmt: skip
LEAST = 1.2


@dataclass(frozen=True, slots=True)
class Intent:
    """What a message asks for, and how sure triage is (0..1)."""

    kind: IntentKind
    confidence: float
    topic: TopicId | None
    concept: str | None
    stuck: bool
    despairs: bool
    difficulty: Difficulty | None
    code: str | None
    error: str | None
    parsed_error: ParsedError | None


def classify(query: QuerySubmitted) -> Intent:
    """Read a message and decide what it asks for."""
    reading = read(query)
    stuck = says_stuck(reading.prose)
    concepts = [match for match in find_concepts(reading.words) if not _is_the_error(match, reading)]
    topic = _topic_named(concepts, reading)
    scores = _scores(reading, named=bool(concepts or topic), stuck=stuck)
    python = bool(concepts or topic or "python" in reading.prose)
    kind, confidence = _decide(scores, stuck=stuck, python=python)
    return Intent(
        kind=kind,
        confidence=confidence,
        topic=topic or query.topic or _topic_shown(reading),
        concept=concepts[0].concept if concepts else None,
        stuck=stuck,
        despairs=bool(signals().despair.search(reading.prose)),
        difficulty=_difficulty(reading.prose),
        code=reading.code,
        error=reading.error,
        parsed_error=reading.parsed,
    )


def says_stuck(prose: str) -> bool:
    """Whether a student says that they are stuck; not when it is denied, over, or of somebody else."""
    words = signals()
    if words.settled.search(prose):
        return False
    clauses = CLAUSE.split(prose.lower())
    return any(words.stuck.search(clause) and not words.not_stuck.search(clause) for clause in clauses)


def _scores(reading: Reading, *, named: bool, stuck: bool) -> dict[IntentKind, float]:
    scores: dict[IntentKind, float] = defaultdict(float)
    for signal in signals().intents:
        if signal.pattern.search(reading.prose):
            scores[signal.intent] += signal.weight
    if named:
        scores["concept"] += 1.5
        scores["exercise"] += 0.3 if scores["exercise"] else 0.0
        scores["greeting"] *= 0.3
    if stuck:
        scores["debug"] += 0.8 if named else 1.6
    _weigh_code(scores, reading)
    return scores


def _weigh_code(scores: dict[IntentKind, float], reading: Reading) -> None:
    if reading.parsed is not None:
        scores["debug"] += 4.5 if reading.parsed.message or reading.error else 0.5
    if reading.code is not None:
        scores["review"] *= 1.3
        scores["debug"] += 1.5
        scores["greeting"] *= 0.3
        if not reading.prose:
            scores["debug"] += 2.0


def _decide(scores: dict[IntentKind, float], *, stuck: bool, python: bool) -> tuple[IntentKind, float]:
    best = max(ORDER, key=lambda kind: scores[kind])
    top, total = scores[best], sum(scores.values())
    if top < LEAST:
        return "unknown", 0.5
    if best == "concept" and not python:
        return ("debug", 0.4) if stuck else ("off_topic", 0.5)
    return best, round(top / total, 2)


def _is_the_error(match: Match, reading: Reading) -> bool:
    """Whether a word that names a concept is only the name of the error that the student got."""
    shown = reading.parsed is not None and bool(reading.parsed.message or reading.error or reading.code)
    return shown and match.concept == "reading-tracebacks"


def _topic_named(concepts: list[Match], reading: Reading) -> TopicId | None:
    if concepts:
        return library().concepts[concepts[0].concept].topic
    return find_topic(reading.words)


def _difficulty(prose: str) -> Difficulty | None:
    found = (name for name, pattern in signals().difficulties.items() if pattern.search(prose))
    return next(found, None)


def _topic_shown(reading: Reading) -> TopicId | None:
    known = signals().topic_of_error
    if reading.parsed is not None and reading.parsed.type in known:
        if "positional argument" in reading.parsed.message:
            return "oop" if "." in reading.parsed.message.partition("(")[0] else "functions"
        return known[reading.parsed.type]
    return topic_of_code(reading.code) if reading.code else None
