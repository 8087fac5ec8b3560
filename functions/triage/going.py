"""What a message is understood as in its conversation."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from events.models import FollowUp, Part, ProgressWish
from functions.triage.classifier import Intent


@dataclass(frozen=True, slots=True)
class Going:
    """An intent as the conversation lets it be understood, and what the answering agent is told of it.

    `parts` are the answer itself, where the conversation holds it; `exercise_id` is the exercise at hand.
    """

    intent: Intent
    text: str
    follow_up: FollowUp | None = None
    explains_code: bool = False
    wish: ProgressWish | None = None
    quiz_id: UUID | None = None
    exercise_id: UUID | None = None
    parts: tuple[Part, ...] = ()
