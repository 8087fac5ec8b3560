"""What a message asks for, after what the classifier thinks: evidence goes before likelihood.

Whoever brings an error or a program is helped with it, whatever the words beside it. Nobody is told to be
outside the subject without a word of another one, nor greeted for a word beside a request; in doubt the tutor
asks back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from functions.analysis import source
from functions.triage.reading import Reading
from functions.triage.requests import (
    hands_over_homework,
    in_distress,
    wants_solution,
    wishes_exercise,
    wordings,
)
from functions.triage.signals import IntentKind
from functions.triage.vocabulary import Voice, of_another_subject, voice_of

ASKING: tuple[IntentKind, ...] = ("concept", "debug", "review", "exercise", "progress")
# Below this the model is asked, where there is one, and the student else.
DOUBTFUL = 0.5
MIN_SHARE = 0.04
ASKS = re.compile(r"\b(?:how (?:do|can|to|does)|what (?:is|are|does)|explain|why (?:do|does|is))\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a message besides its likelihoods."""

    reading: Reading
    chances: Mapping[IntentKind, float]
    named: bool
    attached_error: bool

    @property
    def voice(self) -> Voice:
        """Whose words it uses."""
        return voice_of(self.reading.words)

    @property
    def outside(self) -> bool:
        """Whether it is of another subject, and uses no word that programs alone have."""
        own = self.voice in ("python", "computing") or self.reading.inline is not None
        return not own and of_another_subject(self.reading.prose)


def weighed(kind: IntentKind, confidence: float, evidence: Evidence) -> tuple[IntentKind, float]:
    """Let the evidence decide where it can."""
    reading = evidence.reading
    if evidence.attached_error:
        return "debug", 1.0
    if wants_solution(reading.prose) and kind != "concept":
        return "debug", 1.0
    if reading.code is not None:
        return _with_code(kind, confidence, evidence)
    if _distressed(evidence):
        return "distress", 1.0
    if hands_over_homework(reading.prose) and not evidence.outside:
        return "homework", 1.0
    if kind not in ("concept", "debug") and wordings().tutor.search(reading.prose):
        return "greeting", max(confidence, DOUBTFUL)
    if kind == "greeting":
        return _beside_a_greeting(kind, confidence, evidence)
    if kind == "off_topic":
        return _outside(confidence, evidence)
    if kind == "unknown":
        return _asked_back(evidence)
    return kind, confidence


def _distressed(evidence: Evidence) -> bool:
    reading = evidence.reading
    return in_distress(reading.prose, reading.told, named=evidence.named) and not wishes_exercise(
        reading.prose
    )


def _with_code(kind: IntentKind, confidence: float, evidence: Evidence) -> tuple[IntentKind, float]:
    """Decide about a program that came along: it is run, unless the words wish for something else."""
    prose, code = evidence.reading.prose, evidence.reading.code or ""
    if kind == "review" or (kind == "concept" and evidence.named):
        return kind, confidence
    if kind == "exercise" and wishes_exercise(prose) and _parses(code):
        return kind, confidence
    return "debug", 1.0


def _beside_a_greeting(kind: IntentKind, confidence: float, evidence: Evidence) -> tuple[IntentKind, float]:
    """Tell a greeting from a request that begins with one."""
    asks = evidence.voice in ("python", "computing") or evidence.named or evidence.reading.inline is not None
    if not asks:
        return (kind, confidence) if confidence >= DOUBTFUL else _asked_back(evidence)
    return _best(evidence)


def _outside(confidence: float, evidence: Evidence) -> tuple[IntentKind, float]:
    """Refuse only by evidence of another subject; a word of Python's own is never outside."""
    if evidence.outside:
        return "off_topic", min(confidence, DOUBTFUL)
    return _asked_back(evidence)


def _asked_back(evidence: Evidence) -> tuple[IntentKind, float]:
    """Take a question with a word of computing for one of the subject; ask back about everything else."""
    if evidence.reading.inline is not None:
        return "debug", DOUBTFUL
    if evidence.voice in ("python", "computing") or evidence.named:
        return _best(evidence)
    if evidence.voice == "everyday" and ASKS.search(evidence.reading.prose):
        return _best(evidence)
    return "unknown", min(DOUBTFUL, evidence.chances.get("unknown", DOUBTFUL))


def _best(evidence: Evidence) -> tuple[IntentKind, float]:
    """Take the likeliest of what the agents answer; in doubt, that something is to be explained."""
    kind = max(ASKING, key=lambda one: evidence.chances.get(one, 0.0))
    if evidence.chances.get(kind, 0.0) < MIN_SHARE:
        kind = "concept"
    return kind, min(0.54, max(DOUBTFUL, evidence.chances.get(kind, 0.0)))


def _parses(code: str) -> bool:
    try:
        source.parse(code)
    except SyntaxError:
        return False
    return True
