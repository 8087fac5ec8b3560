"""All that is understood and retrieved for an answer, as one value: a model is handed it whole.

Without a model the grounded tutor answers from the same value. It is gathered in some milliseconds, from the
request and what was read of the conversation; a run is added by whoever had the program run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.models import (
    ConceptRequested,
    Conversation,
    DebugRequested,
    FollowUp,
    Level,
    ParsedError,
    SecondaryIntent,
)
from functions.analysis.observation import Observation
from functions.conversation.state import Turn
from functions.knowledge.library import Entry, depth_of, library
from functions.knowledge.planning import Plan, Question, plan
from functions.knowledge.search import search

MAX_ENTRIES = 3
MAX_TURNS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as triage read it.

    `confidence` (0..1) is triage's own; None where its event does not carry one.
    """

    text: str
    code: str | None = None
    error: str | None = None
    parsed_error: ParsedError | None = None
    concept: str | None = None
    confidence: float | None = None
    follow_up: FollowUp | None = None
    explains_code: bool = False
    wants_solution: bool = False
    also: tuple[SecondaryIntent, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """A card or an entry that fits the question, told for the level, and how well it fits (0..1)."""

    id: str
    title: str
    score: float
    text: str
    mistake: str = ""
    example: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What an answer is made from.

    `turns` are the last six, the oldest first, with their programs. `entries` are the three best, the best
    first; `plan` is which of them the grounded tutor tells, or that it has none. `run` is what the program
    did, where it was run.
    """

    heard: Heard
    level: Level
    plan: Plan
    entries: tuple[Retrieved, ...] = ()
    conversation: Conversation | None = None
    turns: tuple[Turn, ...] = ()
    run: Observation | None = None


def gather(
    request: ConceptRequested | DebugRequested,
    question: Question,
    turns: Iterable[Turn] = (),
    run: Observation | None = None,
) -> Material:
    """Put together what is known for the answer to a request; `question` is it at the student's level."""
    return Material(
        heard=heard(request),
        level=question.level,
        plan=plan(question),
        entries=retrieved(question),
        conversation=request.conversation,
        # The oldest are left out first: what "it" means stands in the last turns.
        turns=tuple(turns)[-MAX_TURNS:],
        run=run,
    )


def heard(request: ConceptRequested | DebugRequested) -> Heard:
    """Take from a request how triage read the message."""
    asks = request if isinstance(request, ConceptRequested) else None
    helps = request if isinstance(request, DebugRequested) else None
    return Heard(
        text=request.text,
        code=request.code,
        error=request.error,
        parsed_error=helps.parsed_error if helps else None,
        concept=asks.concept if asks else None,
        confidence=asks.confidence if asks else None,
        follow_up=request.follow_up,
        explains_code=bool(asks and asks.explain_code),
        wants_solution=bool(helps and helps.wants_solution),
        also=tuple(request.also or ()),
        language=request.language,
    )


def retrieved(question: Question) -> tuple[Retrieved, ...]:
    """Give the three cards and entries that fit a question best, told for its level."""
    return tuple(told(found.id, found.score, question.level) for found in search(question.text)[:MAX_ENTRIES])


def told(name: str, score: float, level: Level) -> Retrieved:
    """Tell a card or an entry for a level; raises KeyError for a name that the library has not."""
    books = library()
    concept = books.concepts.get(name)
    one = concept.cards[depth_of(level)] if concept is not None else books.entries[name]
    deeper = f"\n\n{one.deeper}" if isinstance(one, Entry) and one.deeper and level != "beginner" else ""
    return Retrieved(
        id=name,
        title=books.title(name),
        score=score,
        text=f"{one.text}{deeper}",
        mistake=one.mistake,
        example=one.example,
        output=one.output,
    )
