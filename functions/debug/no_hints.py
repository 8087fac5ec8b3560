"""Assignments for which a teacher wants no hints: they are worked on alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from events.models import Part
from functions.answers import answer
from functions.guardrails.exercises_at_hand import ExerciseAtHand, worked_on


def worked_alone(named: UUID | None, code: str | None, at_hand: Sequence[ExerciseAtHand]) -> tuple[Part, ...]:
    """Say that a teacher wants no hints for what a message is about; nothing where they are allowed.

    A program of such an exercise is recognised without its name by the functions that it defines.
    """
    if named is not None:
        about = next((one for one in at_hand if one.exercise_id == named), None)
    else:
        about = worked_on(code, at_hand)
    return () if about is None or about.alone is None else (answer.text(said(about.alone)),)


def said(title: str) -> str:
    """Word that there are no hints."""
    return (
        f"Your teacher wants you to work on “{title}” without hints. You can still run your program, "
        "read its error messages, and ask me about Python in general."
    )
