"""What happens when a message tells of harm: one fixed answer, and one event for the adults of the school."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from events.models import Concern, QuerySubmitted, ResponseProduced, SafetyRaised
from functions.answers import answer
from functions.answers.answer import Answer
from functions.answers.response import response
from functions.knowledge.languages import Language
from functions.runtime import Work
from functions.runtime.database import Pool
from functions.runtime.settings import Environ, env, switch

FILE = Path(__file__).with_name("safety_replies.toml")
MAX_EXCERPT = 300
MAX_CONTACT = 500


@dataclass(frozen=True, slots=True)
class Safeguarding:
    """What the school set: whom a student can turn to, and whether an alert carries the student's words."""

    contact: str = ""
    words: bool = True

    @classmethod
    def read(cls, environ: Environ) -> Safeguarding:
        """Read the settings."""
        return cls(
            contact=env(environ, "LEARNFLOW_SAFETY_CONTACT", str, "")[:MAX_CONTACT].strip(),
            words=env(environ, "LEARNFLOW_SAFETY_WORDS", switch, default=True),
        )

    @classmethod
    @asynccontextmanager
    async def open(cls, environ: Environ, pool: Pool) -> AsyncIterator[Safeguarding]:
        """Give the settings to the function."""
        yield cls.read(environ)


def safeguard(
    query: QuerySubmitted, concern: Concern, language: Language | None, school: Safeguarding, work: Work
) -> None:
    """Answer the student and tell the adults; nothing else is done with the message, and no model sees it."""
    work.publish(humane_reply(query, language, school))
    work.publish(raised(query, concern, language, school, work.event.time, work.uuid))


def humane_reply(query: QuerySubmitted, language: Language | None, school: Safeguarding) -> ResponseProduced:
    """Answer a student who tells of harm, in their language where there are words for it."""
    texts = _texts()
    # Fixed texts and no model: what is said to a student in need must be the same every time, and must have
    # been read before. Languages without one get the English.
    said = texts[language.code if language is not None and language.code in texts else "en"]
    told = " ".join(school.contact.split())
    parts = tuple(answer.text(part.replace("{contact}", told)) for part in said.strip().split("\n\n"))
    return response(query, "triage", Answer(parts, model="rules", degraded=False), kind="safety")


def raised(
    query: QuerySubmitted,
    concern: Concern,
    language: Language | None,
    school: Safeguarding,
    at: datetime,
    derive: Callable[[str], UUID],
) -> SafetyRaised:
    """Tell the adults of the school; how much of the words goes along is the school's to say."""
    return SafetyRaised(
        # Derived from the event: one that is delivered twice raises one alert.
        alert_id=derive("safety"),
        student_id=query.student_id,
        written_in=query.message_id,
        concern=concern,
        # There is no lower one: whether it was meant is for a person to say, not for a pattern.
        severity="high",
        language=language.code if language else None,
        excerpt=" ".join(query.text.split())[:MAX_EXCERPT] if school.words else None,
        occurred_at=at,
    )


@cache
def _texts() -> Mapping[str, str]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
