"""What a hint must not show: the repair of the fault, and the solution of the exercise it is about."""

from __future__ import annotations

from collections.abc import Sequence

from events.models import DebugRequested
from functions.debug.observation import Observation
from functions.diagnosis.causes import Diagnosis, against, of_finding
from functions.diagnosis.program_diff import difference
from functions.guardrails.exercises_at_hand import ExerciseAtHand, worked_on
from functions.runtime import Work

FAILED = """
SELECT true FROM submissions s JOIN grades g USING (submission_id)
 WHERE s.student_id = $1 AND s.exercise_id = $2 AND s.code = $3 AND g.passed < g.total LIMIT 1
"""


def secrets_of(request: DebugRequested, diagnosis: Diagnosis, at_hand: Sequence[ExerciseAtHand]) -> list[str]:
    """Give the programs that a hint must not show a line of."""
    repair = [diagnosis.fix] if diagnosis.fix else []
    return [*repair, *solutions_of(request, diagnosis.code, at_hand)]


def solutions_of(request: DebugRequested, code: str | None, at_hand: Sequence[ExerciseAtHand]) -> list[str]:
    """Give the solution of the exercise that a program is about, if it is about one."""
    solved = [one for one in at_hand if one.solution is not None]
    if request.exercise_id is not None:
        chosen = next((one for one in solved if one.exercise_id == request.exercise_id), None)
    else:
        # Without a name it is guessed by what the program defines: too much is kept back rather than too
        # little.
        chosen = worked_on(code, solved)
    return [chosen.solution] if chosen is not None and chosen.solution is not None else []


async def looked_closer(
    request: DebugRequested, seen: Observation, at_hand: Sequence[ExerciseAtHand], work: Work
) -> Diagnosis | None:
    """Hold a program that fails against the solution of its exercise; handed in and failed counts, too."""
    if seen.right or (seen.diagnosis is None and not (request.code and request.exercise_id)):
        return seen.diagnosis
    code = seen.diagnosis.code if seen.diagnosis else request.code
    solution = next(iter(solutions_of(request, code, at_hand)), None)
    if solution is None or not code:
        return seen.diagnosis
    if seen.diagnosis is not None:
        return against(seen.diagnosis, solution)
    found = difference(code, solution)
    async with work.read() as db:
        failed = found and await db.fetchval(FAILED, request.student_id, request.exercise_id, code)
    return of_finding(found, code) if found and failed else None
