"""A review in the model's words: its findings and its number stay what the machine made them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from events.models import CodeSubmitted
from functions.answers.answer import markdown
from functions.answers.streaming import AnswerStreams
from functions.code_review.review import EMPTY, TOO_MUCH, Review
from functions.diagnosis.runner import Runner
from functions.guardrails.exercises_at_hand import exercises_at_hand
from functions.knowledge.languages import language_of
from functions.model import prompts
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt
from functions.runtime import Work
from functions.telling.briefing import brief
from functions.telling.earlier import turns_before
from functions.telling.facts import exercise_text
from functions.telling.handing import may_hand_on
from functions.telling.leaks import Secrets, secrets_at_hand
from functions.telling.material import ExerciseText, Material, Turn
from functions.telling.tell import Telling, Told, tell

NUMBER = re.compile(r"\b\d{1,3}(?:\.\d+)?(?=(?:\s+of\s+|\s*/\s*|\s+out\s+of\s+)100\b)", re.IGNORECASE)
# Of the handler's seconds, what is left to write down what came of it.
TO_KEEP_S = 3.0
MAX_FINDINGS = 12


async def worded(made: Review, submission: CodeSubmitted, work: Work, until: float) -> Told:
    """Word a review; `until` is when the handler's time is over, on the monotonic clock."""
    tutor = work.use(Tutor)
    if made.parts and made.parts[0].text in (EMPTY, TOO_MUCH):
        return Told(tutor.by_rule(made.parts))
    asker = RequestContext(event_id=work.event.id, student_id=submission.student_id)
    stream = work.use(AnswerStreams).of(
        submission.student_id, submission.message_id, submission.conversation_id
    )
    telling = Telling(
        prompt=Prompt(purpose="review", system="", user="", max_tokens=0),
        grounded=made.parts,
        secrets=Secrets(),
        mend=right_number(made),
        mutes=lambda head: may_hand_on(submission, head.hand_over, "code_review"),
    )
    if tutor.model is not None:
        async with work.read() as db:
            at_hand = await exercises_at_hand(db, submission.student_id, submission.exercise_id)
            secrets = secrets_for(
                submission, made, secrets_at_hand(at_hand, submission.code, submission.exercise_id)
            )
            about = (
                submission.conversation_id,
                submission.student_id,
                submission.message_id,
                work.event.time,
            )
            turns = await turns_before(db, *about)
            exercise = await exercise_text(db, submission.student_id, secrets.named, submission.code)
        telling = replace(telling, prompt=prompt(submission, made, turns, exercise), secrets=secrets)
    runner, left = work.use(Runner).of(submission.student_id), until - TO_KEEP_S - time.monotonic()
    return await tell(telling, tutor, runner, asker, stream.say, left)


def secrets_for(submission: CodeSubmitted, made: Review, kept: Secrets) -> Secrets:
    """Say what a review must not show: no line of the solution while tests fail; once they pass, it may."""
    named = kept.named
    if named is None or named.solution is None:
        return kept
    if made.complete and submission.exercise_id is not None:
        return replace(kept, exercises=[one for one in kept.exercises if one is not named])
    return replace(kept, lines=(named.solution,))


def prompt(
    submission: CodeSubmitted, made: Review, turns: Sequence[Turn] = (), exercise: ExerciseText | None = None
) -> Prompt:
    """Ask for a review on the ground of what was found."""
    return brief("code_review", "summary", "review", material_of(submission, made, turns, exercise))


def material_of(
    submission: CodeSubmitted, made: Review, turns: Sequence[Turn], exercise: ExerciseText | None
) -> Material:
    """Gather what a model is given for a review."""
    language = language_of(submission.text or "")
    quality = {"quality": f"{made.rating.quality} of 100"} if made.rating is not None else None
    return Material(
        text=submission.text or "Please review this program.",
        level=submission.level or "beginner",
        language=language.name if language is not None else prompts.ENGLISH,
        code=submission.code,
        turns=turns,
        exercise=exercise,
        findings=tuple(_found(made)),
        figures=quality,
        also=tuple(submission.also or ()),
        notes=markdown(made.parts),
    )


def _found(made: Review) -> Iterator[str]:
    for one in made.findings[:MAX_FINDINGS]:
        place = f"line {one.line}" if one.line else "the whole program"
        yield f"{place} ({one.severity}): {one.message} {one.suggestion}".strip()


def right_number(made: Review) -> Callable[[str], str]:
    """Make what puts the computed number in the place of any other one of 100 points."""
    quality = str(made.quality)
    rated = made.rating is not None
    return lambda said: NUMBER.sub(quality, said) if rated else said
