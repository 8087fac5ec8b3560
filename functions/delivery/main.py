"""Delivery: an agent's answer reaches the message it answers and the stream of the student."""

from __future__ import annotations

from events.models import ResponseProduced
from functions.delivery import answers
from functions.runtime import Work, consumes
from functions.runtime.stream import push


@consumes(ResponseProduced, lease=False)
async def delivery(response: ResponseProduced, work: Work) -> None:
    """Store the answer and tell the student."""
    async with work.transaction() as db:
        fresh = await answers.store(db, response, work.now)
        await answers.note_failure(db, response, work.now)
        for notice in answers.notices(response, work.now, fresh=fresh):
            await push(db, response.student_id, notice.kind, notice.data)
