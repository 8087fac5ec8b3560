"""Which exercise a hint helped with, so that its credit can be discounted."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from events.models import HintLevel
from functions.analysis import source
from functions.runtime.database import Connection

AT_HAND = """
SELECT exercise_id, starter_code FROM exercises
 WHERE student_id = $1 AND status = 'ready' ORDER BY created_at DESC LIMIT 10
"""
KEEP = """
INSERT INTO exercise_help AS h (student_id, exercise_id, hint_level, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (student_id, exercise_id) DO UPDATE SET hint_level = excluded.hint_level, at = excluded.at
 WHERE array_position('{none,nudge,where,how,worked,solution}'::text[], h.hint_level)
     < array_position('{none,nudge,where,how,worked,solution}'::text[], excluded.hint_level)
"""


async def keep_help(
    db: Connection,
    student_id: UUID,
    exercise_id: UUID | None,
    code: str | None,
    tier: HintLevel,
    at: datetime,
) -> None:
    """Keep how much a hint gave away of an exercise: the one named, or the one the code is about."""
    if exercise_id is None:
        rows = await db.fetch(AT_HAND, student_id)
        exercise_id = worked_on(code, {row["exercise_id"]: row["starter_code"] or "" for row in rows})
    if exercise_id is not None:
        await db.execute(KEEP, student_id, exercise_id, tier, at)


def worked_on(code: str | None, starters: Mapping[UUID, str]) -> UUID | None:
    """Find the exercise whose functions or classes a program defines; the first of several."""
    mine = defined(code or "")
    return next(
        (key for key, starter in starters.items() if (names := defined(starter)) and names <= mine), None
    )


def defined(code: str) -> set[str]:
    """List what a program defines at its top, also when it cannot be read as a whole."""
    try:
        body = source.parse(code).body
    except SyntaxError:
        lines = [line.split("(")[0].split(":")[0].split() for line in code.splitlines()]
        return {words[1] for words in lines if len(words) == 2 and words[0] in ("def", "class")}
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
