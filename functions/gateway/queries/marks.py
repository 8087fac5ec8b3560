"""The marks of a class: of each student and exercise the best score, or what a teacher put in its place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from functions.gateway.marks import Mark, Pupil
from functions.runtime.database import Connection

PUPILS = """
SELECT u.user_id AS student_id, u.display_name, u.email
  FROM class_members m JOIN users u ON u.user_id = m.student_id
 WHERE m.class_id = $1 ORDER BY lower(u.display_name), u.user_id
"""
# An exercise that is given twice has the date that lies later.
GIVEN = """
SELECT s.student_id, s.exercise_id, s.quiz_id, a.assignment_id, a.title, a.percent_a_day,
       coalesce(s.due, a.due) AS due
  FROM class_assignments a JOIN assigned_students s USING (assignment_id)
 WHERE a.class_id = $1 AND ($2::uuid IS NULL OR a.assignment_id = $2)
"""
DAYS_LATE = "greatest(0, ceil(extract(epoch FROM {at} - t.due) / 86400))::integer"
# Variations of one exercise of the bank are one column of a gradebook, and so is an assignment.
MARKS = f"""
WITH given AS (
    SELECT DISTINCT ON (student_id, exercise_id) * FROM ({GIVEN}) g
     WHERE exercise_id IS NOT NULL ORDER BY student_id, exercise_id, due DESC NULLS FIRST
), handed_in AS (
    SELECT s.student_id, s.exercise_id, t.assignment_id, t.title,
           coalesce(t.percent_a_day, 0) AS percent_a_day,
           CASE WHEN t.due IS NULL THEN 0 ELSE {DAYS_LATE.format(at="s.created_at")} END AS days,
           max(g.score) AS score, count(*) AS times
      FROM class_members m JOIN submissions s USING (student_id) LEFT JOIN grades g USING (submission_id)
      LEFT JOIN given t ON t.student_id = s.student_id AND t.exercise_id = s.exercise_id
     WHERE m.class_id = $1 AND s.exercise_id IS NOT NULL AND ($2::uuid IS NULL OR t.assignment_id IS NOT NULL)
       AND ($3::timestamptz IS NULL OR s.created_at <= $3)
     GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT b.student_id, b.exercise_id, coalesce(b.title, e.title, e.topic) AS title, e.topic, e.difficulty,
       coalesce(b.assignment_id::text, e.bank_id, e.exercise_id::text) AS family, b.computed_score,
       b.submissions, b.tries, b.percent_a_day, b.assignment_id, NULL::uuid AS quiz_id,
       CASE WHEN o.score IS NOT NULL THEN
            jsonb_build_object('score', o.score, 'reason', o.reason, 'by', t.display_name,
                               'at', o.created_at) END AS override
  FROM (SELECT student_id, exercise_id, assignment_id, title, percent_a_day, max(score) AS computed_score,
               sum(times)::integer AS submissions,
               jsonb_agg(jsonb_build_array(days, score)) FILTER (WHERE score IS NOT NULL) AS tries
          FROM handed_in GROUP BY 1, 2, 3, 4, 5) b
  JOIN exercises e USING (exercise_id)
  LEFT JOIN LATERAL (SELECT * FROM score_overrides r
                      WHERE r.student_id = b.student_id AND r.exercise_id = b.exercise_id
                      ORDER BY r.override_id DESC LIMIT 1) o ON true
  LEFT JOIN users t ON t.user_id = o.teacher_id
 WHERE b.computed_score IS NOT NULL OR o.score IS NOT NULL
 UNION ALL
SELECT q.student_id, NULL, t.title, q.topic, NULL, t.assignment_id::text,
       (q.result ->> 'score')::double precision, 1, jsonb_build_array(jsonb_build_array(
              CASE WHEN t.due IS NULL THEN 0 ELSE {DAYS_LATE.format(at="q.graded_at")} END,
              q.result -> 'score')),
       t.percent_a_day, t.assignment_id, q.quiz_id, NULL::jsonb
  FROM ({GIVEN}) t JOIN quizzes q USING (quiz_id) JOIN class_members m ON m.student_id = t.student_id
 WHERE m.class_id = $1 AND q.graded_at IS NOT NULL AND ($3::timestamptz IS NULL OR q.graded_at <= $3)
 ORDER BY topic, title, exercise_id
"""


async def of_class(
    db: Connection, class_id: UUID, assignment_id: UUID | None = None, until: datetime | None = None
) -> list[Pupil]:
    """Read the marks of all students of a class, by name; who has none yet is there too.

    Of one assignment, or of all exercises; of what was handed in until a moment, or of all.
    """
    pupils = await db.fetch(PUPILS, class_id)
    marks = by_student(await db.fetch(MARKS, class_id, assignment_id, until))
    return [Pupil(**row, marks=tuple(marks.get(row["student_id"], ()))) for row in pupils]


def by_student(rows: Iterable[Record]) -> dict[UUID, list[Mark]]:
    """Sort marks to their students."""
    found: dict[UUID, list[Mark]] = {}
    for row in rows:
        fields = dict(row)
        override = json.loads(fields.pop("override") or "null")
        tries = tuple((days, score) for days, score in json.loads(fields.pop("tries") or "[]"))
        found.setdefault(fields.pop("student_id"), []).append(Mark(**fields, override=override, tries=tries))
    return found
