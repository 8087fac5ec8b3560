"""Submissions as teachers read and judge them."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.cursors import Place
from functions.gateway.errors import Invalid, NotFound
from functions.gateway.paging import after
from functions.gateway.queries import submissions
from functions.progress.rules import MasteryRules
from functions.runtime.database import Connection

MISSING = "there is no such submission"
MAX_COMMENTS = 100
# As Python counts the lines of a program.
LINE_END = re.compile(r"\r\n|\r|\n")

# What was asked in chat is no hand-in: of that a teacher sees nothing here.
OF_STUDENT = """
SELECT s.submission_id, s.student_id, s.exercise_id, s.code FROM submissions s
 WHERE s.submission_id = $1 AND EXISTS (
       SELECT FROM class_members m JOIN class_staff c USING (class_id)
        WHERE m.student_id = s.student_id AND c.teacher_id = $2)
"""
LAST_OVERRIDE = """
(SELECT jsonb_build_object('score', o.score, 'reason', o.reason, 'by', t.display_name, 'at', o.created_at)
   FROM score_overrides o LEFT JOIN users t ON t.user_id = o.teacher_id
  WHERE o.submission_id = f.submission_id ORDER BY o.override_id DESC LIMIT 1)
"""
PAGE = """(
    SELECT s.submission_id, s.student_id, s.exercise_id, s.code, s.created_at
      FROM class_members m JOIN submissions s USING (student_id)
     WHERE m.class_id = $1 AND ($2::timestamptz IS NULL OR (s.created_at, s.submission_id) < ($2, $3::uuid))
       AND ($4::uuid IS NULL OR s.exercise_id IN ($4, (
            SELECT e.exercise_id FROM exercises e WHERE e.authored_id = $4 AND e.student_id = s.student_id)))
       AND ($5::uuid IS NULL OR s.student_id = $5)
     ORDER BY s.created_at DESC, s.submission_id DESC LIMIT $6
)"""
OF_CLASS = f"""
SELECT f.*, u.display_name, {LAST_OVERRIDE} AS override
  FROM ({submissions.FIELDS.format(source=PAGE)}) f JOIN users u ON u.user_id = f.student_id
 ORDER BY f.created_at DESC, f.submission_id DESC
"""
JUDGED = f"""
SELECT {LAST_OVERRIDE} AS override, ARRAY(
       SELECT jsonb_build_object('comment_id', c.comment_id, 'author', t.display_name, 'text', c.text,
                                 'line', c.line, 'created_at', c.created_at)
         FROM submission_comments c LEFT JOIN users t ON t.user_id = c.teacher_id
        WHERE c.submission_id = f.submission_id ORDER BY c.created_at, c.comment_id) AS comments, ARRAY(
       SELECT jsonb_build_object('score', e.before -> 'score', 'passed', e.before -> 'passed',
                                 'total', e.before -> 'total', 'graded_at', e.before -> 'graded_at',
                                 'replaced_at', e.after -> 'graded_at', 'reason', r.reason)
         FROM regraded_submissions e JOIN regrades r USING (regrade_id)
        WHERE e.submission_id = f.submission_id AND NOT r.dry_run ORDER BY r.created_at) AS earlier_grades
  FROM (SELECT $1::uuid AS submission_id) f
"""
COMMENT = """
INSERT INTO submission_comments (comment_id, submission_id, student_id, teacher_id, text, line, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7
 WHERE (SELECT count(*) FROM submission_comments WHERE submission_id = $2) < $8
RETURNING comment_id, student_id, text, line, created_at,
          (SELECT display_name FROM users WHERE user_id = $4) AS author
"""
OVERRIDE = """
INSERT INTO score_overrides (submission_id, student_id, teacher_id, exercise_id, score, reason, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def require(db: Connection, submission_id: UUID, teacher_id: UUID) -> Record:
    """Read whose a submission is; raises NotFound unless the teacher teaches its student."""
    row = await db.fetchrow(OF_STUDENT, submission_id, teacher_id)
    if row is None:
        raise NotFound(MISSING)
    return row


async def whose(db: Connection, submission_id: UUID, viewer_id: UUID, role: str) -> UUID:
    """Find whose submission is asked for: that of a student one teaches, or else one's own, if any."""
    row = await db.fetchrow(OF_STUDENT, submission_id, viewer_id) if role == "teacher" else None
    return row["student_id"] if row else viewer_id


async def one(
    db: Connection, submission_id: UUID, viewer_id: UUID, student_id: UUID, rules: MasteryRules
) -> dict[str, Any]:
    """Read a submission with what teachers said about it.

    Raises NotFound unless it is the student's, and the viewer is the student or teaches them.
    """
    if viewer_id != student_id:
        await require(db, submission_id, viewer_id)
    found = await submissions.one(db, submission_id, student_id, rules)
    return found | judged(await db.fetchrow(JUDGED, submission_id))


async def of_class(
    db: Connection,
    class_id: UUID,
    place: Place | None,
    exercise_id: UUID | None,
    student_id: UUID | None,
    limit: int,
) -> list[Record]:
    """List what the students of a class handed in, newest first, and one more than the limit."""
    return await db.fetch(OF_CLASS, class_id, *after(place), exercise_id, student_id, limit + 1)


async def comment(
    db: Connection,
    comment_id: UUID,
    submission_id: UUID,
    teacher_id: UUID,
    text: str,
    line: int | None,
    now: datetime,
) -> Record:
    """Write a comment; raises Invalid for a line that the code does not have, NotFound as `require` does."""
    of = await require(db, submission_id, teacher_id)
    if line is not None and line > (last := lines(of["code"])):
        raise Invalid(f"the code has {last} lines", field="line")
    key = (comment_id, submission_id, of["student_id"], teacher_id)
    row = await db.fetchrow(COMMENT, *key, text, line, now, MAX_COMMENTS)
    if row is None:
        raise Invalid(f"a submission has at most {MAX_COMMENTS} comments", field="text")
    return row


async def override(
    db: Connection, submission_id: UUID, teacher_id: UUID, score: float, reason: str, now: datetime
) -> UUID:
    """Write a score that counts instead of the computed one, which stays; gives the student."""
    of = await require(db, submission_id, teacher_id)
    student_id: UUID = of["student_id"]
    await db.execute(OVERRIDE, submission_id, student_id, teacher_id, of["exercise_id"], score, reason, now)
    return student_id


def lines(code: str) -> int:
    """Count the lines of a program; the end of the last line begins no other."""
    ends = len(LINE_END.findall(code))
    return ends if code.endswith(("\r", "\n")) else ends + 1


def listed(row: dict[str, Any], rules: MasteryRules) -> dict[str, Any]:
    """Show one row of a class's hand-ins."""
    shown = submissions.shown(row, rules)
    student = {"student_id": row["student_id"], "display_name": row["display_name"]}
    return shown | {
        "student": student,
        "override": loaded(row["override"]),
        "submitted_at": row["created_at"],
    }


def veiled(shown: dict[str, Any], withheld: frozenset[UUID]) -> dict[str, Any]:
    """Take out grades and what was made of them, where a teacher shows the scores later."""
    if shown["exercise_id"] not in withheld:
        return shown
    emptied: dict[str, Any] = {
        "grade": None,
        "review": None,
        "withheld": True,
        "override": None,
        "earlier_grades": [],
    }
    return {name: value for name, value in (shown | emptied).items() if name in shown or name == "withheld"}


def judged(row: Record | None) -> dict[str, Any]:
    """Show what teachers said about a submission."""
    if row is None:
        return {}
    lists = {name: [json.loads(one) for one in row[name]] for name in ("comments", "earlier_grades")}
    return {"override": loaded(row["override"]), **lists}


def loaded(value: str | None) -> Any:
    """Read JSON of the database."""
    return None if value is None else json.loads(value)
