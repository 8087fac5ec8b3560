"""The book of calls to the model: quota, cost, and replies kept for redelivered events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from functions.model.settings import TutorSettings
from functions.model.wire import Completion
from functions.runtime import metrics
from functions.runtime.database import Connection, Pool, connection

Outcome = Literal["used", "refused", "guarded", "failed"]
UsedUp = Literal["student", "class", "rules"]

BOOKED = "SELECT outcome, reply FROM ai_calls WHERE event_id = $1 AND purpose = $2"
# A call that failed takes nothing from the student's day, and from the class's only when it was paid.
ABOUT = """
SELECT (SELECT display_name FROM users WHERE user_id = $1) AS name,
       (SELECT email FROM users WHERE user_id = $1) AS mail,
       (SELECT count(*) FROM ai_calls
         WHERE student_id = $1 AND outcome <> 'failed'
           AND created_at >= date_trunc('day', clock_timestamp(), 'UTC')) AS calls
"""
# A class whose teachers want no model has none, whatever another class allows.
FORBIDDEN = """
SELECT true FROM class_members m JOIN class_rules r USING (class_id) JOIN classes c USING (class_id)
 WHERE m.student_id = $1 AND NOT r.model AND c.archived_at IS NULL LIMIT 1
"""
CLASSES = "SELECT class_id FROM class_members WHERE student_id = $1 ORDER BY class_id"
CLASS_CALLS = """
SELECT count(*) FROM ai_calls
 WHERE class_id = $1 AND (outcome <> 'failed' OR output_tokens > 0)
   AND created_at >= date_trunc('day', clock_timestamp(), 'UTC')
"""
BOOK = """
INSERT INTO ai_calls (event_id, purpose, student_id, model, prompt_version, class_id)
VALUES ($1, $2, $3, $4, $5, $6)
"""
SETTLE = """
UPDATE ai_calls
SET outcome = $3, reply = $4, input_tokens = input_tokens + $5, output_tokens = output_tokens + $6,
    cost_usd = cost_usd + $7, duration_ms = $8
WHERE event_id = $1 AND purpose = $2
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('ai_calls:' || $1::uuid, 0))"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: for which event, for which purpose and with which prompt, for whom."""

    event_id: str
    purpose: str
    student_id: UUID
    prompt_version: str = "0"


@dataclass(frozen=True, slots=True)
class Reserved:
    """A call that may be made, one that was made before, or one for which nothing is left today.

    `names` and `mails` are the student's own, which must not go out.
    """

    outcome: str = "started"
    reply: str | None = None
    used_up: UsedUp | None = None
    names: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()


class Ledger:
    """Keeps the book in transactions of its own: what was paid stays booked when handling fails later."""

    def __init__(self, pool: Pool, settings: TutorSettings) -> None:
        self._pool = pool
        self._settings = settings

    async def reserve(self, call: Call) -> Reserved:
        """Book a call before it is made; says so when the day's calls of the student or class are used up."""
        async with connection(self._pool) as db, db.transaction():
            # One student's calls are counted one after the other: two tabs don't share the last one.
            await db.execute(LOCK, call.student_id)
            about = await db.fetchrow(ABOUT, call.student_id)
            names = (about["name"],) if about and about["name"] else ()
            mails = (about["mail"],) if about and about["mail"] else ()
            # A redelivered event gets the reply that was paid for.
            if (booked := await db.fetchrow(BOOKED, call.event_id, call.purpose)) is not None:
                return Reserved(booked["outcome"], booked["reply"], names=names, mails=mails)
            if about is None or about["calls"] >= self._settings.daily_calls:
                return Reserved(used_up="student")
            if await db.fetchval(FORBIDDEN, call.student_id):
                return Reserved(used_up="rules")
            paying, member = await self._paying(db, call.student_id)
            if member and paying is None:
                return Reserved(used_up="class")
            booking = (self._settings.model, call.prompt_version, paying)
            await db.execute(BOOK, call.event_id, call.purpose, call.student_id, *booking)
        return Reserved(names=names, mails=mails)

    async def _paying(self, db: Connection, student_id: UUID) -> tuple[UUID | None, bool]:
        """Find a class of the student's that has calls left, and say whether there is any class at all.

        Its lock is held until the call is booked, so that two students at once don't both take the last call.
        """
        classes = [row["class_id"] for row in await db.fetch(CLASSES, student_id)]
        for class_id in classes:
            await db.execute(LOCK, class_id)
            if await db.fetchval(CLASS_CALLS, class_id) < self._settings.class_daily_calls:
                return class_id, True
        return None, bool(classes)

    async def settle(
        self, call: Call, outcome: Outcome, completion: Completion | None, duration_ms: int
    ) -> None:
        """Book what came of a call."""
        done = completion or Completion("", 0, 0)
        metrics.count("learnflow_model_calls_total", outcome=outcome)
        metrics.count("learnflow_model_tokens_total", done.input_tokens, direction="input")
        metrics.count("learnflow_model_tokens_total", done.output_tokens, direction="output")
        cost = self._settings.cost_usd(done.input_tokens, done.output_tokens)
        reply = done.reply if outcome == "used" else None
        async with connection(self._pool) as db:
            await db.execute(
                SETTLE,
                call.event_id,
                call.purpose,
                outcome,
                reply,
                done.input_tokens,
                done.output_tokens,
                f"{cost:.6f}",
                duration_ms,
            )
