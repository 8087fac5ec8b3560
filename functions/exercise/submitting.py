"""Grade code that was handed in for an exercise, and see whether the student struggles."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from events.models import ActivityDetail, ActivityRecorded, CodeSubmitted, Part, ResponseProduced
from functions.analysis.source import line_of
from functions.answers.answer import Answer
from functions.answers.response import response as answered
from functions.exercise import store, struggle
from functions.exercise.settings import ExerciseSettings
from functions.exercise.store import GradableExercise
from functions.exercise.struggle import Attempt, Detection
from functions.exercise.struggle_events import alarm
from functions.grading import wording
from functions.grading.checks import Test
from functions.grading.errors import SandboxAway
from functions.grading.grades import Grade, grade, source_hash
from functions.grading.repeating import run_reliably
from functions.grading.running import Executes
from functions.runtime import RetryLater, Work
from functions.runtime.database import Connection
from functions.runtime.sandbox import ProgramError, Sandbox

MAX_LENGTH = 200
NOT_THERE = "There is no such exercise, so the code was not graded."
NOT_GRADED = (
    "Your code could not be graded: the sandbox did not answer. This is our fault, it counts nowhere. "
    "Please hand it in again in a few minutes."
)


async def grade_submission(event: CodeSubmitted, work: Work) -> None:
    """Grade code for an exercise; other code, and what a chat only asks a review of, is not our business."""
    # A review asked for in a chat runs the same tests and counts as no attempt.
    if event.exercise_id is None or event.message_id is not None:
        return
    async with work.read() as db:
        gone = await store.erased(db, event.student_id)
        exercise = await store.given(db, event.exercise_id)
    if gone:
        return
    if exercise is None or exercise.student_id != event.student_id or exercise.status == "failed":
        work.publish(response(event, NOT_THERE, failed=True))
    elif exercise.status == "pending":
        raise RetryLater(f"exercise {event.exercise_id} is not ready yet")
    else:
        await grade_exercise(event, event.exercise_id, exercise, work)


async def grade_exercise(
    event: CodeSubmitted, exercise_id: UUID, exercise: GradableExercise, work: Work
) -> None:
    """Run the tests; while the sandbox is away try again, and in the end say so without a score."""
    settings = work.use(ExerciseSettings)
    try:
        graded = await run(work.use(Sandbox), event.code, exercise.tests, limit_s=settings.grading_s)
    except SandboxAway:
        # The source delivers the event again; at the last try the student is told instead.
        if work.attempt < settings.sandbox_tries:
            raise
        work.publish(response(event, NOT_GRADED, failed=True))
        return
    attempt = Attempt(
        submission_id=event.submission_id,
        exercise_id=exercise_id,
        occurred_at=work.event.time,
        status=graded.status,
        source_hash=source_hash(event.code),
        summary=wording.summary(graded),
    )
    async with work.transaction() as db:
        attempts = await store.save_grade(db, attempt, exercise, graded, now=work.now)
        work.publish(response(event, wording.grade_text(exercise.title, graded)))
        for activity in activities(attempt, exercise, graded, event.code, work):
            work.publish(activity)
        await raise_alarms(
            db, exercise, exercise_id, await detections(db, attempt, attempts, exercise, work), work
        )


async def run(sandbox: Executes, code: str, tests: list[Test], *, limit_s: float) -> Grade:
    """Run the tests within a time, in seconds, and grade what came of it."""
    try:
        async with asyncio.timeout(limit_s):
            return grade(await run_reliably(sandbox, code, tests), code)
    except TimeoutError:
        raise SandboxAway(f"no result within {limit_s} s") from None


async def detections(
    db: Connection, attempt: Attempt, attempts: list[Attempt], exercise: GradableExercise, work: Work
) -> list[Detection]:
    """See which rules fire now that this attempt is known."""
    limits = work.use(ExerciseSettings).thresholds
    found = struggle.failed_runs(attempts, limits)
    if attempt.status == "timeout":
        since, until = (
            attempt.occurred_at - limits.timeouts_within,
            attempt.occurred_at + limits.timeouts_within,
        )
        near = await store.timeouts(db, exercise.student_id, since, until)
        # Of the time-outs nearby only this attempt's own detection: the others were raised by theirs.
        found += [d for d in struggle.timeouts(near, limits) if d.key == str(attempt.submission_id)]
    return found


async def raise_alarms(
    db: Connection, exercise: GradableExercise, exercise_id: UUID, found: Iterable[Detection], work: Work
) -> None:
    """Publish what was detected for the first time."""
    for detection in found:
        event = alarm(exercise.student_id, exercise_id, exercise.topic, detection)
        # The detection's id comes of its facts: a redelivery, or a late attempt, finds it taken.
        if await store.first_time(
            db, event.alert_id, exercise.student_id, exercise_id, event.rule, event.occurred_at
        ):
            work.publish(event)


def activities(
    attempt: Attempt, exercise: GradableExercise, graded: Grade, code: str, work: Work
) -> list[ActivityRecorded]:
    """Tell that an exercise was attempted, completed if all tests pass, and which error was met."""
    detail = ActivityDetail(
        exercise_id=attempt.exercise_id,
        submission_id=attempt.submission_id,
        difficulty=exercise.difficulty,
        score=graded.score,
        passed=graded.complete,
        hint_level=exercise.hint_level,
        status=graded.status,
        source_hash=attempt.source_hash,
        family=exercise.bank_id,
    )
    details: dict[Literal["exercise.attempted", "exercise.completed", "error.seen"], ActivityDetail] = {
        "exercise.attempted": detail
    }
    if graded.complete:
        details["exercise.completed"] = detail
    if graded.error is not None:
        details["error.seen"] = error_detail(attempt, graded.error, code)
    return [
        ActivityRecorded(
            activity_id=work.uuid(kind),
            student_id=exercise.student_id,
            kind=kind,
            occurred_at=attempt.occurred_at,
            detail=detail,
            topic=exercise.topic,
        )
        for kind, detail in details.items()
    ]


def error_detail(attempt: Attempt, error: ProgramError, code: str) -> ActivityDetail:
    """Describe an error; a program may claim anything of it, so it is cut to what an event can carry."""
    kind, message = (text.replace("\x00", "\ufffd")[:MAX_LENGTH] for text in (error.type, error.message))
    return ActivityDetail(
        exercise_id=attempt.exercise_id,
        submission_id=attempt.submission_id,
        error_type=kind or None,
        error_message=message or None,
        excerpt=line_of(code, error.line),
    )


def response(event: CodeSubmitted, text: str, *, failed: bool = False) -> ResponseProduced:
    """Answer the submission."""
    return answered(
        event,
        "exercise",
        Answer((Part(kind="text", text=text),), degraded=False),
        submission_id=event.submission_id,
        exercise_id=event.exercise_id,
        status="failed" if failed else "answered",
    )
