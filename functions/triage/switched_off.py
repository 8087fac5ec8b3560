"""Classes in which the tutor is quiet: switched off by their teachers, or in an exam."""

from __future__ import annotations

from events.models import QuerySubmitted, ResponseProduced
from functions.answers import answer
from functions.answers.answer import Answer
from functions.answers.response import response
from functions.class_rules.reading import held_by
from functions.class_rules.rules import Held
from functions.runtime import Work


async def rules_of(query: QuerySubmitted, work: Work) -> Held:
    """Read the rules of the student's classes.

    The time is that of the question: what was asked in an exam is not answered when it is over.
    """
    async with work.read() as db:
        return await held_by(db, query.student_id, work.event.time)


def silenced(query: QuerySubmitted, why: str) -> ResponseProduced:
    """Say that the tutor may not help now, and why."""
    return response(
        query, "triage", Answer((answer.text(why),), model="rules", degraded=False), kind="refusal"
    )
