"""Which exercise a hint helped with, so that its credit can be discounted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from events.models import HintLevel
from functions.runtime.database import Connection

KEEP = """
INSERT INTO exercise_help AS h (student_id, exercise_id, hint_level, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (student_id, exercise_id) DO UPDATE SET hint_level = excluded.hint_level, at = excluded.at
 WHERE array_position('{none,nudge,where,how,worked,solution}'::text[], h.hint_level)
     < array_position('{none,nudge,where,how,worked,solution}'::text[], excluded.hint_level)
"""


async def keep_help(
    db: Connection,
    student_id: UUID,
    exercise_id: UUID,
    tier: HintLevel,
    at: datetime,
) -> None:
    """Keep how much a hint gave away of an exercise; what was given away before stays given away."""
    await db.execute(KEEP, student_id, exercise_id, tier, at)
