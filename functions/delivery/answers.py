"""What a response becomes: the answer of a message, and notices on the student's stream."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from events.models import CheckQuestion, ResponseProduced
from functions.runtime.database import Connection
from functions.runtime.stream import Kind

# The first answer of a message wins: a question has exactly one. An apology is none, should a retry answer.
STORE = """
UPDATE messages SET status = $3, answer = $4::jsonb, answered_at = $5
 WHERE message_id = $1 AND student_id = $2 AND (status = 'pending' OR (status = 'failed' AND $3 = 'answered'))
RETURNING message_id
"""
SUBMISSION_FAILED = """
INSERT INTO submission_failures (submission_id, agent, student_id, text, failed_at)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""
EXERCISE_FAILED = """
UPDATE exercises SET status = 'failed' WHERE exercise_id = $1 AND student_id = $2 AND status = 'pending'
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """One event on the student's stream."""

    kind: Kind
    data: dict[str, Any]


async def store(db: Connection, response: ResponseProduced, now: datetime) -> bool:
    """Write the answer to its message; False when there is no message, or it was answered before."""
    if response.message_id is None:
        return False
    status = response.status or "answered"
    body = msgspec.json.encode(answer(response, now)).decode()
    row = await db.fetchrow(STORE, response.message_id, response.student_id, status, body, now)
    return row is not None


async def note_failure(db: Connection, response: ResponseProduced, now: datetime) -> None:
    """Keep what could not be done, so that a submission or an exercise does not stay pending for ever."""
    if response.status != "failed":
        return
    if response.submission_id is not None:
        submission, student = response.submission_id, response.student_id
        await db.execute(SUBMISSION_FAILED, submission, response.agent, student, response.text, now)
    elif response.exercise_id is not None:
        await db.execute(EXERCISE_FAILED, response.exercise_id, response.student_id)


def answer(response: ResponseProduced, now: datetime) -> dict[str, Any]:
    """Build what the student reads."""
    fields = {
        "agent": response.agent,
        "text": response.text,
        "parts": [msgspec.to_builtins(part) for part in response.parts],
        "degraded": response.degraded,
        "model": response.model,
        "exercise_id": response.exercise_id,
        "quiz_id": response.quiz_id,
        "submission_id": response.submission_id,
        "hint_level": response.hint_level,
        "kind": response.kind,
        "concept": response.concept,
        "check": _asked_back(response.check),
        "choices": [msgspec.to_builtins(choice) for choice in response.choices or ()] or None,
        "why": response.why,
        "created_at": now.isoformat(),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _asked_back(check: CheckQuestion | None) -> dict[str, str] | None:
    """Show a check question without its answer."""
    return None if check is None else {"question": check.question, "kind": check.kind}


def ready_or_not(response: ResponseProduced) -> str:
    """Give an exercise the status that asking for it shows."""
    return "failed" if response.status == "failed" else "ready"


def notices(response: ResponseProduced, now: datetime, *, fresh: bool) -> list[Notice]:
    """Decide what the student is told; an answer only once."""
    found: list[Notice] = []
    if response.message_id is not None and fresh:
        body = {
            "message_id": response.message_id,
            "conversation_id": response.conversation_id,
            "status": response.status or "answered",
            "answer": answer(response, now),
        }
        found.append(Notice("answer", body))
    if response.submission_id is not None:
        found.append(Notice("submission", {"submission_id": response.submission_id, "agent": response.agent}))
    if response.exercise_id is not None and response.submission_id is None:
        found.append(
            Notice("exercise", {"exercise_id": response.exercise_id, "status": ready_or_not(response)})
        )
    return found
