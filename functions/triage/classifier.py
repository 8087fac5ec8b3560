"""What a message asks for, told from its words alone: no model, no I/O.

Rules decide what must not be left to weights (harm, homework, orders to the tutor); all else is a linear
classifier over the features of the message. Cost: a millisecond or two. It fails on messages whose sense is
in what was said before: those go on from a conversation (going_on.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from events.models import Concern, Difficulty, Level, ParsedError, QuerySubmitted, Topic
from functions.knowledge.code_topics import topic_of_code
from functions.knowledge.languages import Language
from functions.knowledge.library import library
from functions.knowledge.matching import Match, find_concepts, find_topic
from functions.triage.choices import chosen
from functions.triage.code_lines import look_at
from functions.triage.features import features
from functions.triage.hidden_code import asks_about_a_program
from functions.triage.linear import INTENTS, likelihoods, weights
from functions.triage.reading import Reading, read
from functions.triage.requests import PRINTED, wants_solution, without_greeting, wordings
from functions.triage.safety import concern_in
from functions.triage.signals import IntentKind, signals
from functions.triage.spelling import mended
from functions.triage.weighing import Evidence, weighed

CLAUSE = re.compile(r"[.!?;\n]+|,? \b(?:but|although|though|however)\b")
WISH = re.compile(
    r"[.!?;\n]+|,? \b(?:and|then|also|plus|afterwards|but) "
    r"(?=(?:then |also |please |can |could |i |give |show |tell |set |fix |help |what |how |why |"
    r"review |explain ))"
)
# Which of several wishes is answered first; the others are told of, or sent on.
FIRST: tuple[IntentKind, ...] = ("debug", "concept", "review", "progress", "exercise")
# These are answered by triage, whatever else is said.
ALONE = frozenset({"homework", "distress"})
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
    wants_solution: bool = False
    explains: bool = False


def classify(query: QuerySubmitted) -> Intent:
    """Read a message and decide what it asks for."""
    reading = _spelt(read(query))
    stuck = says_stuck(reading.prose)
    concepts = _concepts(reading)
    topic = _topic_named(concepts, reading)
    named = bool(concepts or topic)
    kind, confidence = _understood(query, reading, concepts, named=named, stuck=stuck)
    wishes = set() if kind in ALONE or reading.error is not None else _wishes(reading)
    if kind in wishes or (wishes and confidence < SURE):
        kind = min(wishes, key=FIRST.index)
    explains = _explains(query, reading, kind)
    kind = "concept" if explains else kind
    stuck = stuck or (kind == "distress" and tells_of_trouble(reading))
    return Intent(
        kind=kind,
        confidence=confidence,
        topic=topic or query.topic or _topic_shown(reading),
        concept=concepts[0].concept if concepts and not explains else None,
        stuck=stuck,
        despairs=bool(signals().despair.search(reading.prose)),
        difficulty=_difficulty(reading.prose),
        code=reading.code or (reading.inline if kind in ("debug", "review") else None),
        error=reading.error,
        parsed_error=reading.parsed,
        language=reading.language,
        level=_level(reading.prose),
        also=tuple(sorted(wishes - {kind}, key=FIRST.index)),
        concern=concern_in(reading.told),
        explains=explains,
        wants_solution=kind == "debug" and wants_solution(reading.prose),
    )


def _understood(
    query: QuerySubmitted, reading: Reading, concepts: Sequence[Match], *, named: bool, stuck: bool
) -> tuple[IntentKind, float]:
    """Let rules decide first, then evidence over what the classifier thinks of the words."""
    if (picked := chosen(query.text)) is not None:
        return picked, 1.0
    if (sure := _by_rule(reading)) is not None:
        return sure, 1.0
    asked = replace(reading, prose=without_greeting(reading.prose))
    chances = likelihoods(features(asked, named=named, stuck=stuck), weights())
    kind, confidence = _likeliest(chances, reading)
    shown_error = reading.error is not None or any(map(_is_error_line, query.text.splitlines()))
    surely = any(match.weight >= 1 for match in concepts) or (named and not concepts)
    evidence = Evidence(reading, dict(zip(INTENTS, chances, strict=True)), surely, shown_error)
    return weighed(kind, confidence, evidence)


def _explains(query: QuerySubmitted, reading: Reading, kind: IntentKind) -> bool:
    """Whether a program that was not sent is to be explained."""
    if kind in ALONE or reading.code is not None or reading.error is not None or reading.parsed is not None:
        return False
    return _by_rule(reading) is None and chosen(query.text) is None and asks_about_a_program(reading.words)


def _is_error_line(line: str) -> bool:
    return ":" in line and look_at(line).kind == "trace"


def tells_of_trouble(reading: Reading) -> bool:
    """Whether a teacher should know of what a student in distress says."""
    return reading.language is not None or bool(wordings().stuck.search(reading.prose))


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
    reading = replace(reading, prose=without_greeting(reading.prose))
    return features(reading, named=named, stuck=says_stuck(reading.prose))


def says_stuck(prose: str) -> bool:
    """Whether a student says that they are stuck; not when it is denied, over, or of somebody else."""
    words = signals()
    prose = PRINTED.sub(" ", prose)
    if words.settled.search(prose):
        return False
    clauses = CLAUSE.split(prose.lower())
    return any(words.stuck.search(clause) and not words.not_stuck.search(clause) for clause in clauses)


def _decide(reading: Reading, *, named: bool, stuck: bool) -> tuple[IntentKind, float]:
    """Let the rules decide where they can, and the classifier everywhere else."""
    if (sure := _by_rule(reading)) is not None:
        return sure, 1.0
    chances = likelihoods(features(reading, named=named, stuck=stuck), weights())
    return _likeliest(chances, reading)


def _likeliest(chances: Sequence[float], reading: Reading) -> tuple[IntentKind, float]:
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
