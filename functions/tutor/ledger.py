"""The book of calls to the model: quota, cost, and replies kept for redelivered events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from functions.runtime import metrics
from functions.runtime.database import Pool, connection
from functions.tutor.model import Completion
from functions.tutor.settings import TutorSettings

Outcome = Literal["used", "refused", "guarded", "failed"]

RESERVE = """
INSERT INTO ai_calls (event_id, purpose, student_id, model)
SELECT $1, $2, $3, $4
WHERE (SELECT count(*) FROM ai_calls
       WHERE student_id = $3 AND created_at >= date_trunc('day', clock_timestamp(), 'UTC')) < $5
ON CONFLICT (event_id, purpose) DO UPDATE SET model = excluded.model
RETURNING outcome, reply
"""
SETTLE = """
UPDATE ai_calls
SET outcome = $3, reply = $4, input_tokens = input_tokens + $5, output_tokens = output_tokens + $6,
    cost_usd = cost_usd + $7, duration_ms = $8
WHERE event_id = $1 AND purpose = $2
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: for which event, for which purpose, for whom."""

    event_id: str
    purpose: str
    student_id: UUID


@dataclass(frozen=True, slots=True)
class Reserved:
    """A call that may be made, or one that was made before."""

    outcome: str
    reply: str | None


class Ledger:
    """Keeps the book in transactions of its own: what was paid stays booked when handling fails later."""

    def __init__(self, pool: Pool, settings: TutorSettings) -> None:
        self._pool = pool
        self._settings = settings

    async def reserve(self, call: Call) -> Reserved | None:
        """Book a call before it is made; None when the student's calls of the day are used up."""
        async with connection(self._pool) as db, db.transaction():
            await db.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('ai_calls:' || $1::uuid, 0))", call.student_id
            )
            row = await db.fetchrow(
                RESERVE,
                call.event_id,
                call.purpose,
                call.student_id,
                self._settings.model,
                self._settings.daily_calls,
            )
        return None if row is None else Reserved(row["outcome"], row["reply"])

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
