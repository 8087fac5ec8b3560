"""Reviews code: the number is computed, a model may only word the summary."""

from __future__ import annotations

from functools import partial

from events.models import CodeSubmitted
from functions.analysis.errors import CutOff
from functions.analysis.walls import Calls, Walls
from functions.answers.answer import Answer
from functions.code_review.correctness import examples
from functions.code_review.executor import Executor
from functions.code_review.opinions import set_apart
from functions.code_review.reports import response, reviewed
from functions.code_review.review import Review, review, too_much, without_review
from functions.code_review.store import Task, keep, task_of
from functions.model.port import RequestContext, Tutor
from functions.runtime import Work, consumes


@consumes(CodeSubmitted, uses=(Tutor, Executor, Walls), limit_s=28)
async def code_review(submission: CodeSubmitted, work: Work) -> None:
    """Review code that was handed in, or shown in a chat."""
    task = await _task(submission, work)
    call = partial(work.use(Walls).run_for, submission.student_id)
    try:
        made = await _made(submission, task, work, call)
    except CutOff:
        made = too_much()  # a fact about the program: trying again would end the same
    worded = await _worded(made, submission, work)
    async with work.transaction() as db:
        await keep(db, submission.submission_id, submission.student_id, made, worded.text, work.event.time)
        work.publish(response(submission, worded))
        if made.rating is not None:
            work.publish(reviewed(submission, made, task, work))


async def _made(submission: CodeSubmitted, task: Task | None, work: Work, call: Calls) -> Review:
    code, level = submission.code, submission.level or "beginner"
    if nothing := await call(without_review, code):
        return nothing
    tests = task.tests if task else await call(examples, code, submission.text or "")
    correct = await work.use(Executor).judge(code, tests, submission.student_id, attempt=work.attempt)
    return await review(code, level, task.starter if task else None, correct, call)


async def _task(submission: CodeSubmitted, work: Work) -> Task | None:
    if submission.exercise_id is not None:
        async with work.read() as db:
            return await task_of(db, submission.exercise_id)
    return None


async def _worded(made: Review, submission: CodeSubmitted, work: Work) -> Answer:
    if made.rating is None:
        return work.use(Tutor).by_rule(made.parts)
    level, code = submission.level or "beginner", submission.code
    asker = RequestContext(event_id=work.event.id, student_id=submission.student_id)
    return set_apart(await work.use(Tutor).summarise(made.parts, code=code, level=level, asker=asker))
