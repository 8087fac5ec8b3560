"""What triage does when it is in doubt: it asks the model for one word, and does not wait long."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from functions.triage.classifier import Intent
from functions.triage.linear import INTENTS
from functions.tutor.errors import GuardFailed
from functions.tutor.port import Asker, Tutor
from functions.tutor.privacy import without_private
from functions.tutor.prompts import Prompt

PROMPT = Path(__file__).with_name("prompts") / "intent.txt"
DOUBT = 0.55
LIMIT_S = 0.8
LONGEST = 600
SURE = 0.7

log = logging.getLogger(__name__)


async def without_doubt(intent: Intent, said: str, tutor: Tutor, event_id: str, student_id: UUID) -> Intent:
    """Give the intent that the model names when the classifier is in doubt; else the classifier's own."""
    if intent.confidence >= DOUBT:
        return intent
    try:
        async with asyncio.timeout(LIMIT_S):
            asker = Asker(event_id=event_id, student_id=student_id)
            reply = await tutor.ask(prompt(said), guard, asker)
    except TimeoutError:
        log.info("the model did not say within %s s what a message asks for", LIMIT_S)
        return intent
    kind = next((kind for kind in INTENTS if kind == _word(reply or "")), None)
    return intent if kind is None else replace(intent, kind=kind, confidence=SURE)


def prompt(said: str) -> Prompt:
    """Ask for the intent of a message, as one word."""
    inside = without_private(said)[:LONGEST].replace("<", "(").replace(">", ")")
    return Prompt(
        purpose="triage",
        system=PROMPT.read_text(encoding="utf-8").strip(),
        user=f"<student_text>\n{inside}\n</student_text>",
        max_tokens=8,
    )


def guard(reply: str) -> None:
    """Refuse whatever is not one of the words."""
    if _word(reply) not in INTENTS:
        raise GuardFailed("no intent")


def _word(reply: str) -> str:
    return reply.strip(" .`'\"*\n").lower().replace("-", "_").replace(" ", "_")
