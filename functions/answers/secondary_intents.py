"""Several wishes in one message: one of them is answered, and the student is told how to get the others."""

from __future__ import annotations

from collections.abc import Sequence

from events.models import Part, SecondaryIntent
from functions.answers import answer

# Answering all of them would need an order of agents and several answers to one message; saying how to ask is
# worth a sentence and keeps one message to one answer.
HOW: dict[SecondaryIntent, str] = {
    "concept": 'to have something explained, ask about it alone, as in "What is a loop?"',
    "debug": "for help with an error, send your code and the message in one go",
    "review": 'for a review, send your code and write "Can you review this?"',
    "progress": 'to see your progress, ask "How am I doing?"',
}


def others(also: Sequence[SecondaryIntent] | None) -> tuple[Part, ...]:
    """Say how to get what else a message asked for; nothing when that was all."""
    told = [HOW[wish] for wish in also or ()]
    if not told:
        return ()
    return (answer.onward(f"**You asked for more than that:** {'; '.join(told)}."),)
