"""A function for tests: what it does is said by the text of the question."""

from __future__ import annotations

import asyncio
import os
import time

from events.models import ProgressAsked, QuerySubmitted
from functions.runtime import Reject, RetryLater, Tick, Work, consumes


@consumes(QuerySubmitted, Tick, limit_s=3)
async def probe(query: QuerySubmitted | Tick, work: Work) -> None:
    """Store the text, publish one event, and fail as asked."""
    if not isinstance(query, Tick):
        await act(query, work)


async def act(query: QuerySubmitted, work: Work) -> None:
    """Do what the text says, in one transaction at the end."""
    for word in query.text.split():
        await obey(word)
    asked = ProgressAsked(
        message_id=query.message_id,
        conversation_id=query.conversation_id,
        student_id=query.student_id,
        text=query.text,
    )
    async with work.transaction() as db:
        await db.execute(
            "INSERT INTO effects (event_id, attempt) VALUES ($1, $2)", work.event.id, work.attempt
        )
        await db.execute("SELECT $1::text", query.text)
        work.publish(asked)
        if "break-inside" in query.text:
            raise ValueError("broke inside the transaction")


async def obey(word: str) -> None:
    """Do what a word of the question says."""
    match word.split("="):
        case ["sleep", seconds]:
            await asyncio.sleep(float(seconds))
        case ["reject"]:
            raise Reject("no use")
        case ["block", seconds]:
            time.sleep(float(seconds))  # noqa: ASYNC251 - holding the loop up is what is asked for
        case ["later"]:
            raise RetryLater("not now")
        case ["fail"]:
            raise ValueError("ill")
        case ["quote", text]:
            int(text)
        case ["die"]:
            os._exit(9)
        case _:
            return
