"""What a question goes on from: what was said before it, and the student's level."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from events.models import ConceptRequested, Level
from functions.conversation.follow_ups import shift_of
from functions.guardrails.exercises_at_hand import exercises_at_hand
from functions.knowledge.explanations import Question
from functions.knowledge.library import library
from functions.knowledge.matching import find_concepts, find_topic
from functions.progress.levels import LevelRules, level_in
from functions.runtime import Work
from functions.telling.earlier import turns_before
from functions.telling.facts import exercise_text
from functions.telling.leaks import Secrets, secrets_at_hand
from functions.telling.material import ExerciseText, Turn

GOES_ON = re.compile(
    r"\b(?:another|more|again|else|simpler|easier|that|it|its|this|these|those|them|they|why|still|confus\w+"
    r"|detail\w*|deeper|example|examples|understand|get it)\b|^(?:and|but|so|ok|okay|what if|how so)\b",
    re.IGNORECASE,
)
LIKE_A_CHILD = re.compile(
    r"\blike i'?m (?:a )?(?:\w+|\d+)(?: years? old)?\b|\beli ?\d\b|\bas if i\b|\b(?:ten|five|\d+)[- ]year"
    r"|\bfor (?:dummies|kids)\b"
    r"|\b(?:total|complete|absolute) beginner\b|\bi'?m (?:\w+ )?(?:a beginner|new to)\b",
    re.IGNORECASE,
)
ADVANCED = re.compile(
    r"\bi(?:'| a)?m (?:already )?(?:quite |very |pretty )?(?:an? )?(?:advanced|experienced|expert|pro)\b",
    re.IGNORECASE,
)
LEVELS: tuple[Level, ...] = ("beginner", "learning", "proficient", "mastered")


@dataclass(frozen=True, slots=True)
class Context:
    """What an answer has to know besides the question.

    `turns` are those before, the oldest first; `secrets` what an explanation must not do for the student.
    """

    turns: tuple[Turn, ...] = ()
    secrets: Secrets = field(default_factory=Secrets)
    exercise: ExerciseText | None = None


async def understood(request: ConceptRequested, work: Work) -> tuple[Question, Context]:
    """Read a question in its conversation, at the level of the student's mastery of its topic."""
    async with work.read() as db:
        about = (request.conversation_id, request.student_id, request.message_id, work.event.time)
        turns = await turns_before(db, *about)
        question = in_context(request, turns)
        known = await level_in(db, request.student_id, question.topic, work.now, work.use(LevelRules).mastery)
        at_hand = await exercises_at_hand(db, request.student_id, request.exercise_id)
        secrets = secrets_at_hand(at_hand, request.code, request.exercise_id)
        exercise = await exercise_text(db, request.student_id, secrets.named, request.code)
    return leveled(question, request, known or "beginner"), Context(turns, secrets, exercise)


def in_context(request: ConceptRequested, turns: Sequence[Turn]) -> Question:
    """Find what a question is about: itself, or else what the ones before it were about, the newest first."""
    concept, topic = request.concept, request.topic
    if request.follow_up is not None and concept is not None and concept in library().concepts:
        topic = library().concepts[concept].topic
        return Question(
            text=request.text, topic=topic, level=request.level, concept=concept, code=request.code
        )
    alone = find_concepts(request.text) or find_topic(request.text)
    if not alone and GOES_ON.search(request.text):
        for turn in reversed(turns):
            if found := find_concepts(turn.text):
                concept = found[0].concept
                topic = library().concepts[concept].topic
                break
    return Question(text=request.text, topic=topic, level=request.level, concept=concept, code=request.code)


def leveled(question: Question, request: ConceptRequested, known: Level) -> Question:
    """Set the level: that of the topic, changed by what the student wished for in this conversation.

    Words such as "like I'm five" and "I'm advanced" decide whatever is known of the student.
    """
    shift = shift_of(question.text)
    if request.conversation is not None and request.follow_up is not None:
        shift += request.conversation.level_shift or 0
    if LIKE_A_CHILD.search(question.text):
        level: Level = "beginner"
    elif ADVANCED.search(question.text):
        level = "proficient"
    else:
        level = LEVELS[max(0, min(len(LEVELS) - 1, LEVELS.index(known) + shift))]
    return replace(question, level=level)
