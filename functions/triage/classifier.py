"""What a message asks for, told from its words alone: no model, no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from events.models import Concern, Difficulty, Level, ParsedError, QuerySubmitted, Topic
from functions.knowledge.code_topics import topic_of_code
from functions.knowledge.languages import Language
from functions.knowledge.library import library
from functions.knowledge.matching import Match, find_concepts, find_topic
from functions.triage.features import features
from functions.triage.linear import INTENTS, likelihoods, weights
from functions.triage.reading import Reading, read
from functions.triage.safety import concern_in
from functions.triage.signals import IntentKind, signals
from functions.triage.spelling import mended

CLAUSE = re.compile(r"[.!?;\n]+|,? \b(?:but|although|though|however)\b")
WISH = re.compile(
    r"[.!?;\n]+|,? \b(?:and|then|also|plus|afterwards|but) "
    r"(?=(?:then |also |please |can |could |i |give |show |tell |set |fix |help |what |how |why |"
    r"review |explain ))"
)
# Which of several wishes is answered first; the others are told of, or sent on.
FIRST: tuple[IntentKind, ...] = ("debug", "concept", "review", "progress", "exercise")
SURE = 0.8
LEAST = 0.3
MAX_CLAUSES = 6


@dataclass(frozen=True, slots=True)
class Intent:
    """What a message asks for, and how sure triage is (0..1)."""

    kind: IntentKind
    confidence: float
    topic: Topic | None
    concept: str | None
    stuck: bool
    despairs: bool
    difficulty: Difficulty | None
    code: str | None
    error: str | None
    parsed_error: ParsedError | None
    language: Language | None = None
    level: Level | None = None
    also: tuple[IntentKind, ...] = ()
    concern: Concern | None = None


def classify(query: QuerySubmitted) -> Intent:
    """Read a message and decide what it asks for."""
    reading = _spelt(read(query))
    stuck = says_stuck(reading.prose)
    concepts = _concepts(reading)
    topic = _topic_named(concepts, reading)
    kind, confidence = _decide(reading, named=bool(concepts or topic), stuck=stuck)
    wishes = _wishes(reading)
    if kind in wishes or (wishes and confidence < SURE):
        kind = min(wishes, key=FIRST.index)
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
        language=reading.language,
        level=_level(reading.prose),
        also=tuple(sorted(wishes - {kind}, key=FIRST.index)),
        concern=concern_in(reading.told),
    )


def _spelt(reading: Reading) -> Reading:
    """Mend the spelling of a message in English; the words of other languages are not known."""
    if reading.language is not None:
        return reading
    return replace(reading, prose=mended(reading.prose), words=mended(reading.words))


def shown(query: QuerySubmitted) -> frozenset[str]:
    """Give the features of a message, for the training."""
    reading = read(query)
    concepts = _concepts(reading)
    named = bool(concepts or _topic_named(concepts, reading))
    return features(reading, named=named, stuck=says_stuck(reading.prose))


def says_stuck(prose: str) -> bool:
    """Whether a student says that they are stuck; not when it is denied, over, or of somebody else."""
    words = signals()
    if words.settled.search(prose):
        return False
    clauses = CLAUSE.split(prose.lower())
    return any(words.stuck.search(clause) and not words.not_stuck.search(clause) for clause in clauses)


def _decide(reading: Reading, *, named: bool, stuck: bool) -> tuple[IntentKind, float]:
    """Let the rules decide where they can, and the classifier everywhere else."""
    if (sure := _by_rule(reading)) is not None:
        return sure, 1.0
    chances = likelihoods(features(reading, named=named, stuck=stuck), weights())
    best = max(range(len(INTENTS)), key=chances.__getitem__)
    kind: IntentKind = INTENTS[best] if chances[best] >= LEAST else "unknown"
    if kind == "unknown" and reading.code is not None:
        kind = "debug"
    return kind, round(chances[best], 2)


def _wishes(reading: Reading) -> set[IntentKind]:
    """Tell the wishes of a message that has several; empty when it has but one."""
    clauses = [clause.strip() for clause in WISH.split(reading.prose) if len(clause.split()) > 1]
    if not 1 < len(clauses) <= MAX_CLAUSES or _by_rule(reading) is not None:
        return set()
    found = {kind for kind, sure in map(_wish, clauses) if sure >= SURE and kind in FIRST}
    return found if len(found) > 1 else set()


def _wish(clause: str) -> tuple[IntentKind, float]:
    alone = Reading(prose=clause, words=clause, code=None, error=None, parsed=None)
    concepts = find_concepts(clause)
    named = bool(concepts or find_topic(clause))
    return _decide(alone, named=named, stuck=says_stuck(clause))


def _level(prose: str) -> Level | None:
    found = (name for name, pattern in signals().levels.items() if pattern.search(prose))
    return next(found, None)


def _by_rule(reading: Reading) -> IntentKind | None:
    """Decide what no word can change: orders to the tutor, and code or an error that comes without words."""
    for signal in signals().intents:
        if signal.decides and signal.pattern.search(reading.prose):
            return signal.intent
    alone = not re.search(r"\w", reading.prose)
    return "debug" if alone and (reading.code is not None or reading.error is not None) else None


def _concepts(reading: Reading) -> list[Match]:
    return [match for match in find_concepts(reading.words) if not _is_the_error(match, reading)]


def _is_the_error(match: Match, reading: Reading) -> bool:
    """Whether a word that names a concept is only the name of the error that the student got."""
    has_error = reading.parsed is not None and bool(reading.parsed.message or reading.error or reading.code)
    return has_error and match.concept == "reading-tracebacks"


def _topic_named(concepts: list[Match], reading: Reading) -> Topic | None:
    if concepts:
        return library().concepts[concepts[0].concept].topic
    return find_topic(reading.words)


def _difficulty(prose: str) -> Difficulty | None:
    found = (name for name, pattern in signals().difficulties.items() if pattern.search(prose))
    return next(found, None)


def _topic_shown(reading: Reading) -> Topic | None:
    known = signals().topic_of_error
    if reading.parsed is not None and reading.parsed.type in known:
        if "positional argument" in reading.parsed.message:
            return "oop" if "." in reading.parsed.message.partition("(")[0] else "functions"
        return known[reading.parsed.type]
    return topic_of_code(reading.code) if reading.code else None
