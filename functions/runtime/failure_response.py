"""What a student is told when their question cannot be handled, instead of waiting for ever."""

from __future__ import annotations

from typing import cast, get_args

from events.models import Agent, ExerciseRequested, Part, ResponseProduced
from functions.runtime.catalog import EventData

TEXT = (
    "Something went wrong on our side and I can't answer this. It is not your fault, and nothing counts "
    "against you. Please try again in a little while."
)


def failure_response(function: str, payload: object) -> ResponseProduced | None:
    """Answer an event that was given up; None when nobody waits for an answer of this function."""
    message_id = getattr(payload, "message_id", None)
    submission_id = getattr(payload, "submission_id", None)
    waited_for = message_id or submission_id or isinstance(payload, ExerciseRequested)
    if function not in get_args(Agent) or not waited_for:
        return None
    return ResponseProduced(
        student_id=cast(EventData, payload).student_id,
        message_id=message_id,
        conversation_id=getattr(payload, "conversation_id", None),
        submission_id=submission_id,
        exercise_id=getattr(payload, "exercise_id", None),
        agent=cast(Agent, function),
        text=TEXT,
        parts=[Part(kind="text", text=TEXT)],
        model="none",
        degraded=True,
        status="failed",
    )
