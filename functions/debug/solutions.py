"""What a hint must not show: the repair of the fault, and the solution of the exercise it is about."""

from __future__ import annotations

from uuid import UUID

from events.models import DebugRequested
from functions.debug.exercise_credit import worked_on
from functions.debug.observation import Observation
from functions.diagnosis.causes import Diagnosis, against, of_finding
from functions.diagnosis.program_diff import difference
from functions.runtime import Work

SOLUTIONS = """
SELECT exercise_id, starter_code, solution FROM exercises
 WHERE student_id = $1 AND status = 'ready' AND solution IS NOT NULL ORDER BY created_at DESC LIMIT 10
"""
NAMED = "SELECT solution FROM exercises WHERE exercise_id = $1 AND solution IS NOT NULL"


FAILED = """
SELECT true FROM submissions s JOIN grades g USING (submission_id)
 WHERE s.student_id = $1 AND s.exercise_id = $2 AND s.code = $3 AND g.passed < g.total LIMIT 1
"""


async def secrets_of(request: DebugRequested, diagnosis: Diagnosis, work: Work) -> list[str]:
    """Give the programs that a hint must not show a line of."""
    repair = [diagnosis.fix] if diagnosis.fix else []
    return [*repair, *await solutions_of(request, diagnosis.code, work)]


async def solutions_of(request: DebugRequested, code: str | None, work: Work) -> list[str]:
    """Give the solution of the exercise that a program is about, if it is about one."""
    async with work.read() as db:
        if request.exercise_id is not None:
            return [row["solution"] for row in await db.fetch(NAMED, request.exercise_id)]
        rows = await db.fetch(SOLUTIONS, request.student_id)
    at_hand: dict[UUID, str] = {row["exercise_id"]: row["starter_code"] or "" for row in rows}
    chosen = worked_on(code, at_hand)
    return [row["solution"] for row in rows if row["exercise_id"] == chosen]


async def looked_closer(request: DebugRequested, seen: Observation, work: Work) -> Diagnosis | None:
    """Hold a program that fails against the solution of its exercise; handed in and failed counts, too."""
    if seen.right or (seen.diagnosis is None and not (request.code and request.exercise_id)):
        return seen.diagnosis
    code = seen.diagnosis.code if seen.diagnosis else request.code
    solution = next(iter(await solutions_of(request, code, work)), None)
    if solution is None or not code:
        return seen.diagnosis
    if seen.diagnosis is not None:
        return against(seen.diagnosis, solution)
    found = difference(code, solution)
    async with work.read() as db:
        failed = found and await db.fetchval(FAILED, request.student_id, request.exercise_id, code)
    return of_finding(found, code) if found and failed else None
