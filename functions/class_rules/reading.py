"""The rules that hold for a student, as they are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from functions.class_rules.rules import ClassRules, Held, held
from functions.runtime.database import Connection

OF_STUDENT = """
SELECT c.name, r.tutor, r.model, r.highest_rung, r.messages_a_day, r.exam_from, r.exam_until,
       r.not_yet, r.wording
  FROM class_members m JOIN class_rules r USING (class_id) JOIN classes c USING (class_id)
 WHERE m.student_id = $1 AND c.archived_at IS NULL ORDER BY c.name, c.class_id
"""


async def held_by(db: Connection, student_id: UUID, at: datetime) -> Held:
    """Read what holds for a student at a time."""
    return held([ClassRules(**row) for row in await db.fetch(OF_STUDENT, student_id)], at)
