"""Making a review: what it needs to know, and the runs that it takes."""

from __future__ import annotations

from events.models import CodeSubmitted
from functions.analysis.walls import Calls
from functions.code_review.correctness import examples
from functions.code_review.executor import Executor
from functions.code_review.review import Review, review, without_review
from functions.code_review.store import Task, task_of
from functions.runtime import Work


async def made_of(submission: CodeSubmitted, task: Task | None, work: Work, call: Calls) -> Review:
    """Make the review of a program, with the tests of its exercise or the examples that came along."""
    code, level = submission.code, submission.level or "beginner"
    if nothing := await call(without_review, code):
        return nothing
    tests = task.tests if task else await call(examples, code, submission.text or "")
    correct = await work.use(Executor).judge(code, tests, submission.student_id, attempt=work.attempt)
    return await review(code, level, task.starter if task else None, correct, call)


async def task_for(submission: CodeSubmitted, work: Work) -> Task | None:
    """Read the exercise that a program is for."""
    if submission.exercise_id is not None:
        async with work.read() as db:
            return await task_of(db, submission.exercise_id)
    return None
