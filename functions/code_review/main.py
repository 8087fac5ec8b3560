"""Reviews code: the number is computed, a model may only word the summary."""

from __future__ import annotations

from events.models import CodeSubmitted
from functions.answers.answer import Answer
from functions.code_review.executor import Executor
from functions.code_review.opinions import set_apart
from functions.code_review.reports import response, reviewed
from functions.code_review.review import Review, review
from functions.code_review.store import Task, keep, task_of
from functions.model.port import RequestContext, Tutor
from functions.runtime import Work, consumes

TRIES = 4


@consumes(CodeSubmitted, uses=(Tutor, Executor), limit_s=28)
async def code_review(submission: CodeSubmitted, work: Work) -> None:
    """Review code that was handed in, or shown in a chat."""
    task = await _task(submission, work)
    level = submission.level or "beginner"
    executor = work.use(Executor)
    tests, told = task.tests if task else (), submission.text or ""
    correct = await executor.judge(submission.code, tests, told, last=work.attempt >= TRIES)
    made = await review(submission.code, level, task.starter if task else None, correct)
    asker = RequestContext(event_id=work.event.id, student_id=submission.student_id)
    worded = await _worded(made, submission, work.use(Tutor), asker)
    async with work.transaction() as db:
        await keep(db, submission.submission_id, submission.student_id, made, worded.text, work.event.time)
        work.publish(response(submission, worded))
        if made.rating is not None:
            work.publish(reviewed(submission, made, task, work))


async def _task(submission: CodeSubmitted, work: Work) -> Task | None:
    if submission.exercise_id is None:
        return None
    async with work.read() as db:
        return await task_of(db, submission.exercise_id)


async def _worded(made: Review, submission: CodeSubmitted, tutor: Tutor, asker: RequestContext) -> Answer:
    if made.rating is None:
        return Answer(made.parts, degraded=False)
    level = submission.level or "beginner"
    return set_apart(await tutor.summarise(made.parts, code=submission.code, level=level, asker=asker))
