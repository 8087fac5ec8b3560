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
from functions.triage.hidden_code import has_own_name
from functions.triage.knowledge_questions import (
    GETS_ERROR,
    MODAL,
    asks_how,
    asks_what_it_is,
    is_a_title,
    is_answered,
    reports_own_work,
    speaks_of_a_program,
    tells_of_trouble,
)
from functions.triage.reading import Reading
from functions.triage.requests import (
    hands_over_homework,
    in_distress,
    wants_solution,
    wishes_exercise,
    wishes_review,
    wordings,
)
from functions.triage.signals import IntentKind
from functions.triage.vocabulary import Voice, of_another_subject, voice_of

ASKING: tuple[IntentKind, ...] = ("concept", "debug", "review", "exercise", "progress")
# Below this the model is asked, where there is one, and the student else.
DOUBTFUL = 0.5
MIN_SHARE = 0.04
KNOWN = 0.9
SURE = 0.8
SURELY = 0.85
# So likely of another subject, a thing that nobody here has a word on is asked back about.
FAR = 0.9
# What the library may know better than the classifier.
OPEN = frozenset({"debug", "review", "greeting", "off_topic", "unknown"})
WISHES = frozenset({"exercise", "progress"})
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
    return _checked(kind, confidence, evidence)


def _checked(kind: IntentKind, confidence: float, evidence: Evidence) -> tuple[IntentKind, float]:
    """Let what the words tell of a program at hand correct the classifier where it is not sure."""
    reading = evidence.reading
    if kind == "progress" and confidence < SURELY and _speaks_of_code(evidence):
        return "debug", DOUBTFUL
    if kind == "exercise" and confidence < SURELY and _is_no_wish(reading):
        return "debug", DOUBTFUL
    if kind == "concept" and _is_a_fault(reading):
        return "debug", DOUBTFUL
    if kind in WISHES and asks_how(reading.prose) and _is_known(kind, evidence):
        return "concept", max(DOUBTFUL, min(confidence, KNOWN))
    if kind in OPEN and not wordings().tutor.search(reading.prose):
        return _left_open(kind, confidence, evidence)
    return kind, confidence


def _left_open(kind: IntentKind, confidence: float, evidence: Evidence) -> tuple[IntentKind, float]:
    """Decide where the words alone leave it open: what the library answers in full is a question for it."""
    reading = evidence.reading
    own = reading.inline is not None or reading.parsed is not None
    if not own and _is_known(kind, evidence):
        return "concept", max(DOUBTFUL, min(confidence, KNOWN))
    if kind == "debug":
        titled = is_a_title(reading.prose) and evidence.voice != "none" and not own
        return ("concept", DOUBTFUL) if titled else (kind, confidence)
    if kind == "review":
        doubted = confidence < SURE and not wishes_review(reading.prose)
        return ("debug", DOUBTFUL) if doubted else (kind, confidence)
    if kind == "greeting":
        return _beside_a_greeting(kind, confidence, evidence)
    if kind == "off_topic":
        return _outside(confidence, evidence)
    return _asked_back(evidence)


def _speaks_of_code(evidence: Evidence) -> bool:
    """Whether a message speaks of a program rather than of the student's progress."""
    prose = evidence.reading.prose
    own = evidence.voice in ("python", "computing") and not evidence.named
    told = tells_of_trouble(prose) or MODAL.search(prose) is not None
    return own or told or has_own_name(evidence.reading.words)


def _is_no_wish(reading: Reading) -> bool:
    """Whether the word exercise, or one like it, names what the student is at, and no wish for a new one."""
    at_hand = (
        tells_of_trouble(reading.prose) or reports_own_work(reading.prose) or has_own_name(reading.words)
    )
    return not wishes_exercise(reading.prose) and (at_hand or MODAL.search(reading.prose) is not None)


def _is_a_fault(reading: Reading) -> bool:
    """Whether a question with the name of a concept tells of the student's own program that goes wrong."""
    named = tells_of_trouble(reading.prose) and has_own_name(reading.words)
    return (
        named
        or reports_own_work(reading.prose)
        or (GETS_ERROR.search(reading.prose) is not None and not asks_what_it_is(reading.prose))
    )


def _is_known(kind: IntentKind, evidence: Evidence) -> bool:
    """Whether the library answers what is asked; not where the words speak of the program at hand."""
    prose, words = evidence.reading.prose, evidence.reading.words
    defines = asks_what_it_is(prose)
    titled = kind in ("debug", "unknown", "off_topic") and is_a_title(prose)
    if not (defines or asks_how(prose) or titled):
        return False
    # A word of another subject may be one of games, too: then nearly all of it has to be in the library.
    foreign = not defines and (evidence.outside or of_another_subject(prose))
    return is_answered(prose, words, whole=foreign or kind not in ("unknown", "off_topic"))


def _distressed(evidence: Evidence) -> bool:
    reading = evidence.reading
    return in_distress(reading.prose, reading.told, named=evidence.named) and not wishes_exercise(
        reading.prose
    )


def _with_code(kind: IntentKind, confidence: float, evidence: Evidence) -> tuple[IntentKind, float]:
    """Decide about a program that came along: it is run, unless the words wish for something else."""
    prose, code = evidence.reading.prose, evidence.reading.code or ""
    if kind == "review" and wishes_review(prose):
        return kind, confidence
    if kind == "concept" and evidence.named:
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
    if (
        tells_of_trouble(evidence.reading.prose)
        and speaks_of_a_program(evidence.reading.prose)
        and (evidence.voice != "none" or evidence.named)
    ):
        return "debug", DOUBTFUL
    if evidence.voice in ("python", "computing") or evidence.named:
        return _best(evidence)
    if evidence.voice == "everyday" and ASKS.search(evidence.reading.prose):
        return _best(evidence)
    if asks_what_it_is(evidence.reading.prose) and evidence.chances.get("off_topic", 0.0) < FAR:
        return "concept", DOUBTFUL
    if tells_of_trouble(evidence.reading.prose):
        return "debug", DOUBTFUL
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
