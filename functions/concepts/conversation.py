"""What a question goes on from: what was said before it, and the student's level."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from events.models import ConceptRequested, Level
from functions.guardrails.exercises_at_hand import exercises_at_hand
from functions.knowledge.explanations import Question
from functions.knowledge.library import library
from functions.knowledge.matching import find_concepts, find_topic
from functions.progress.levels import level_in
from functions.progress.rules import MasteryRules
from functions.runtime import Work
from functions.runtime.database import Connection, Pool

TURNS = 3
MAX_TURN = 700
EARLIER = f"""
SELECT text, coalesce(answer ->> 'text', '') AS answer FROM messages
 WHERE conversation_id = $1 AND student_id = $2 AND message_id <> $3
   AND created_at < coalesce((SELECT created_at FROM messages WHERE message_id = $3), $4)
 ORDER BY created_at DESC, message_id DESC LIMIT {TURNS}
"""
GOES_ON = re.compile(
    r"\b(?:another|more|again|else|simpler|easier|that|it|its|this|these|those|them|they|why|still|confus\w+"
    r"|detail\w*|deeper|example|examples|understand|get it)\b|^(?:and|but|so|ok|okay|what if|how so)\b",
    re.IGNORECASE,
)
SIMPLER = re.compile(
    r"\b(?:simpl\w+|easier|too (?:hard|difficult|complicated)|(?:don'?t|do not|didn'?t|still not) "
    r"(?:really )?(?:understand|get)|confus\w+|like i'?m (?:five|5|ten|10))\b",
    re.IGNORECASE,
)
DEEPER = re.compile(r"\b(?:in (?:more )?detail|more details?|deeper|advanced|fine points)\b", re.IGNORECASE)
ANOTHER = re.compile(r"\b(?:another|different|one more|more) examples?\b|\banother one\b", re.IGNORECASE)
LEVELS: tuple[Level, ...] = ("beginner", "learning", "proficient", "mastered")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and its answer as far as there is one."""

    asked: str
    answered: str


class Rules:
    """The rules of mastery, read once."""

    def __init__(self, mastery: MasteryRules) -> None:
        self.mastery = mastery

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Mapping[str, str], pool: Pool) -> AsyncIterator[Self]:
        """Read the rules."""
        yield cls(MasteryRules.read(environ))


@dataclass(frozen=True, slots=True)
class Context:
    """What an answer has to know besides the question.

    `secrets` are the solutions of exercises at hand, each with its starter code.
    """

    turns: tuple[Turn, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()


async def understood(request: ConceptRequested, work: Work) -> tuple[Question, Context]:
    """Read a question in its conversation, at the level of the student's mastery of its topic."""
    async with work.read() as db:
        turns = await _earlier(db, request, work)
        question = in_context(request, turns)
        level = await level_in(db, request.student_id, question.topic, work.now, work.use(Rules).mastery)
        at_hand = await exercises_at_hand(db, request.student_id, request.exercise_id)
    # What the student is working on: an explanation must not do it for them.
    context = Context(turns, tuple((one.solution, one.starter) for one in at_hand if one.solution))
    return at_level(question, level or request.level, follows_up=bool(turns)), context


def in_context(request: ConceptRequested, turns: Sequence[Turn]) -> Question:
    """Find what a question is about: itself, or else what the ones before it were about, newest first."""
    concept, topic = request.concept, request.topic
    alone = find_concepts(request.text) or find_topic(request.text)
    if not alone and GOES_ON.search(request.text):
        for turn in turns:
            if found := find_concepts(turn.asked):
                concept = found[0].concept
                topic = library().concepts[concept].topic
                break
    return Question(text=request.text, topic=topic, level=request.level, concept=concept, code=request.code)


def at_level(question: Question, level: Level, *, follows_up: bool) -> Question:
    """Set the level, one lower or higher for a student who asks for that or for another example."""
    place = LEVELS.index(level)
    if SIMPLER.search(question.text):
        place = max(0, place - 1)
    elif DEEPER.search(question.text) or (follows_up and ANOTHER.search(question.text)):
        place = (
            place - 1 if place >= LEVELS.index("proficient") and ANOTHER.search(question.text) else place + 1
        )
    level = LEVELS[min(place, len(LEVELS) - 1)]
    return Question(
        text=question.text, topic=question.topic, level=level, concept=question.concept, code=question.code
    )


async def _earlier(db: Connection, request: ConceptRequested, work: Work) -> tuple[Turn, ...]:
    about = (request.conversation_id, request.student_id, request.message_id, work.event.time)
    rows = await db.fetch(EARLIER, *about)
    return tuple(Turn(row["text"][:MAX_TURN], row["answer"][:MAX_TURN]) for row in rows)
