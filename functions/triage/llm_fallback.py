"""What triage does when it is in doubt: it asks the model for one word, and does not wait long."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from functions.model import prompts
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt
from functions.triage.classifier import Intent
from functions.triage.signals import IntentKind

DOUBT = 0.55
# The intent is in the first sentences; the rest is program, and costs tokens.
MAX_LENGTH = 600
SURE = 0.7


class Word(msgspec.Struct, frozen=True):
    """What the model is asked for."""

    intent: IntentKind


async def llm_fallback(
    intent: Intent, said: str, tutor: Tutor, event_id: str, student_id: UUID, asked_at: datetime | None = None
) -> Intent:
    """Give the intent that the model names when the classifier is in doubt; else the classifier's own."""
    if intent.confidence >= DOUBT:
        return intent
    asker = RequestContext(event_id=event_id, student_id=student_id, asked_at=asked_at)
    reply = await tutor.ask(prompt(said), any_word, asker)
    if reply is None:
        return intent
    # A fixed confidence: what a model says of its own says little, and this one is above DOUBT and below what
    # rules decide.
    return replace(intent, kind=msgspec.json.decode(reply, type=Word).intent, confidence=SURE)


def prompt(said: str) -> Prompt:
    """Ask for the intent of a message, as one word."""
    return prompts.prompt_file("triage", "intent").prompt(
        "triage", user=prompts.student("text", said[:MAX_LENGTH])
    )


def any_word(_reply: str) -> None:
    """Take every word that the schema lets through: that is the guard."""
