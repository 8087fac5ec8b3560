"""What a hint must not show: the repair of the fault, and the solution of the exercise it is about."""

from __future__ import annotations

from uuid import UUID

from events.models import DebugRequested
from functions.debug.help import worked_on
from functions.runtime import Work
from functions.tutor.faults.diagnosis import Diagnosis

SOLUTIONS = """
SELECT exercise_id, starter_code, solution FROM exercises
 WHERE student_id = $1 AND status = 'ready' AND solution IS NOT NULL ORDER BY created_at DESC LIMIT 10
"""
NAMED = "SELECT solution FROM exercises WHERE exercise_id = $1 AND solution IS NOT NULL"


async def secrets_of(request: DebugRequested, diagnosis: Diagnosis, work: Work) -> list[str]:
    """Give the programs that a hint must not show a line of."""
    repair = [diagnosis.fix] if diagnosis.fix else []
    async with work.read() as db:
        if request.exercise_id is not None:
            return [*repair, *(row["solution"] for row in await db.fetch(NAMED, request.exercise_id))]
        rows = await db.fetch(SOLUTIONS, request.student_id)
    at_hand: dict[UUID, str] = {row["exercise_id"]: row["starter_code"] or "" for row in rows}
    chosen = worked_on(diagnosis.code, at_hand)
    return [*repair, *(row["solution"] for row in rows if row["exercise_id"] == chosen)]
