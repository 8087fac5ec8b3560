"""Proposed tests, as far as a teacher's classes reach."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from functions.gateway.errors import Conflict, NotFound
from functions.runtime.database import Connection

LIMIT = 100
FIELDS = """
SELECT p.proposal_id, p.exercise_id, p.submission_id, p.student_id, u.display_name, p.topic, p.title, s.code,
       p.kind, p.source AS input, p.expected, p.given, p.status, p.proposed_at, p.decided_at, p.reason
  FROM proposed_tests p JOIN users u ON u.user_id = p.student_id JOIN submissions s USING (submission_id)
 WHERE ($2 OR EXISTS (
       SELECT FROM class_members m JOIN class_leads c USING (class_id)
        WHERE m.student_id = p.student_id AND c.teacher_id = $1))
"""
NEWEST = (
    f"{FIELDS} AND ($3::text IS NULL OR p.status = $3) ORDER BY p.proposed_at DESC, p.proposal_id LIMIT $4"
)
ONE = f"{FIELDS} AND p.proposal_id = $3"
DECIDE = """
UPDATE proposed_tests SET status = $2, decided_at = $3, decided_by = $4, reason = $5
 WHERE proposal_id = $1 AND status = 'open' RETURNING bank_id, kind, source, tolerance
"""
ACCEPT = """
INSERT INTO accepted_tests (test_id, bank_id, kind, source, tolerance, accepted_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
"""


async def newest(
    db: Connection, teacher_id: UUID, status: str | None, *, everybody: bool
) -> list[dict[str, Any]]:
    """List proposed tests from hand-ins of a teacher's students, or of all, the newest first."""
    return [_shown(row) for row in await db.fetch(NEWEST, teacher_id, everybody, status, LIMIT)]


async def one(db: Connection, proposal_id: UUID, teacher_id: UUID, *, everybody: bool) -> dict[str, Any]:
    """Read a proposed test; raises NotFound unless it comes from a student of the teacher."""
    row = await db.fetchrow(ONE, teacher_id, everybody, proposal_id)
    if row is None:
        raise NotFound("there is no such proposed test")
    return _shown(row)


async def decide(
    db: Connection, proposal_id: UUID, teacher_id: UUID, status: str, reason: str | None, now: datetime
) -> None:
    """Accept or refuse a proposed test; raises Conflict when it was decided before."""
    row = await db.fetchrow(DECIDE, proposal_id, status, now, teacher_id, reason)
    if row is None:
        raise Conflict("this was decided already")
    if status == "accepted":
        await db.execute(ACCEPT, proposal_id, *row, now)


def _shown(row: Record) -> dict[str, Any]:
    values = dict(row)
    student = {name: values.pop(name) for name in ("student_id", "display_name")}
    return {**values, "student": student}
