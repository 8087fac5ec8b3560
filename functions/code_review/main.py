"""Reviews code: the number is computed, a model may only word the summary."""

from __future__ import annotations

import time
from functools import partial

from events.models import CodeSubmitted
from functions.analysis.errors import CutOff
from functions.analysis.walls import Walls
from functions.answers.streaming import AnswerStreams
from functions.code_review.executor import Executor
from functions.code_review.making import made_of, task_for
from functions.code_review.reports import response, reviewed
from functions.code_review.review import too_much
from functions.code_review.store import keep
from functions.code_review.wording import worded
from functions.diagnosis.runner import Runner
from functions.model.port import Tutor
from functions.runtime import Work, consumes
from functions.telling.handing import consequences

LIMIT_S = 28


@consumes(CodeSubmitted, uses=(Tutor, Executor, Walls, Runner, AnswerStreams), limit_s=LIMIT_S)
async def code_review(submission: CodeSubmitted, work: Work) -> None:
    """Review code that was handed in, or shown in a chat."""
    until = time.monotonic() + LIMIT_S
    task = await task_for(submission, work)
    call = partial(work.use(Walls).run_for, submission.student_id)
    try:
        made = await made_of(submission, task, work, call)
    except CutOff:
        made = too_much()  # a fact about the program: trying again would end the same
    told = await worded(made, submission, work, until)
    further = consequences(submission, told.head, "code_review", work.uuid, work.event.time)
    async with work.transaction() as db:
        for event in further.events:
            work.publish(event)
        if further.handed:
            return
        ids = (submission.submission_id, submission.student_id)
        await keep(db, *ids, made, told.answer.text, work.event.time)
        work.publish(response(submission, told.answer))
        if made.rating is not None:
            work.publish(reviewed(submission, made, task, work))
