"""What the tutor offers when it is in doubt: readings to pick from, and what is picked is told from its text.

A choice's text says the whole message again after a few words of ours, so that it stands for itself: nothing
has to be remembered between the question and the pick.
"""

from __future__ import annotations

import re

from events.models import Choice
from functions.triage.signals import IntentKind

READINGS: tuple[tuple[IntentKind, str, str], ...] = (
    ("debug", "It is about my program", "It is about my program"),
    ("concept", "Explain an idea of Python", "Explain this to me"),
    ("homework", "It is a task I have to solve", "It is a task that I have to solve"),
)
MAX_SAID = 400
CHOSEN = re.compile(rf"^({'|'.join(text for *_, text in READINGS)}): ", re.IGNORECASE)


def offered(said: str) -> list[Choice]:
    """Offer the readings of a message."""
    short = " ".join(said.split())[:MAX_SAID]
    return [Choice(label=label, text=f"{text}: {short}") for _, label, text in READINGS]


def chosen(said: str) -> IntentKind | None:
    """Say which reading a message picks; None for all that were not offered."""
    match = CHOSEN.match(said.lstrip())
    if match is None:
        return None
    return next(kind for kind, _, text in READINGS if text.lower() == match[1].lower())
