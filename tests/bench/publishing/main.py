"""A function on the floor that answers each event with one."""

from __future__ import annotations

from events.models import ProgressAsked, QuerySubmitted
from functions.runtime import Work, consumes


@consumes(QuerySubmitted)
async def publishing(query: QuerySubmitted, work: Work) -> None:
    """Publish one event."""
    work.publish(
        ProgressAsked(
            message_id=query.message_id,
            conversation_id=query.conversation_id,
            student_id=query.student_id,
            text=query.text,
        )
    )
