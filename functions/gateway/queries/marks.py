"""The marks of a class: of each student and exercise the best score, or what a teacher put in its place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from asyncpg import Record

from functions.gateway.marks import Mark, Pupil
from functions.runtime.database import Connection

PUPILS = """
SELECT u.user_id AS student_id, u.display_name, u.email
  FROM class_members m JOIN users u ON u.user_id = m.student_id
 WHERE m.class_id = $1 ORDER BY lower(u.display_name), u.user_id
"""
# Variations of one exercise of the bank are one column of a gradebook.
MARKS = """
SELECT b.student_id, b.exercise_id, coalesce(e.title, e.topic) AS title, e.topic, e.difficulty,
       coalesce(e.bank_id, e.exercise_id::text) AS family, b.computed_score, b.submissions,
       CASE WHEN o.score IS NOT NULL THEN
            jsonb_build_object('score', o.score, 'reason', o.reason, 'by', t.display_name,
                               'at', o.created_at) END AS override
  FROM (SELECT s.student_id, s.exercise_id, max(g.score) AS computed_score, count(*) AS submissions
          FROM class_members m JOIN submissions s USING (student_id) LEFT JOIN grades g USING (submission_id)
         WHERE m.class_id = $1 AND s.exercise_id IS NOT NULL GROUP BY s.student_id, s.exercise_id) b
  JOIN exercises e USING (exercise_id)
  LEFT JOIN LATERAL (SELECT * FROM score_overrides r
                      WHERE r.student_id = b.student_id AND r.exercise_id = b.exercise_id
                      ORDER BY r.override_id DESC LIMIT 1) o ON true
  LEFT JOIN users t ON t.user_id = o.teacher_id
 WHERE b.computed_score IS NOT NULL OR o.score IS NOT NULL
 ORDER BY e.topic, title, b.exercise_id
"""


async def of_class(db: Connection, class_id: UUID) -> list[Pupil]:
    """Read the marks of all students of a class, by name; who has none yet is there too."""
    pupils = await db.fetch(PUPILS, class_id)
    marks = by_student(await db.fetch(MARKS, class_id))
    return [Pupil(**row, marks=tuple(marks.get(row["student_id"], ()))) for row in pupils]


def by_student(rows: Iterable[Record]) -> dict[UUID, list[Mark]]:
    """Sort marks to their students."""
    found: dict[UUID, list[Mark]] = {}
    for row in rows:
        fields = dict(row)
        override = json.loads(fields.pop("override") or "null")
        found.setdefault(fields.pop("student_id"), []).append(Mark(**fields, override=override))
    return found
