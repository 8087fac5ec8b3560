"""Proposed tests in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from events.models import Topic
from functions.exercise.todays_tests import ExtraTest
from functions.grading.checks import Test
from functions.runtime.database import Connection

ACCEPTED = """
SELECT bank_id, kind, source, tolerance FROM (
    SELECT bank_id, kind, source, tolerance, accepted_at AS at, test_id AS id FROM accepted_tests
     WHERE bank_id = ANY ($1)
    UNION ALL
    SELECT bank_id, kind, source, tolerance, 'infinity', proposal_id FROM proposed_tests
     WHERE proposal_id = $2 AND bank_id = ANY ($1)) AS of ORDER BY at, id
"""
NOT_COMPARED = """
SELECT g.submission_id, g.student_id, g.exercise_id, s.code, e.bank_id, e.topic, e.title, e.instructions,
       e.solution, e.tests
  FROM grades g JOIN submissions s USING (submission_id) JOIN exercises e ON e.exercise_id = g.exercise_id
 WHERE g.compared_at IS NULL AND g.passed = g.total AND e.bank_id IS NOT NULL
   AND e.solution IS NOT NULL AND e.tests IS NOT NULL
 ORDER BY g.created_at LIMIT $1
"""
COMPARED = "UPDATE grades SET compared_at = $2 WHERE submission_id = ANY ($1)"
PROPOSE = """
INSERT INTO proposed_tests (proposal_id, bank_id, topic, title, exercise_id, submission_id, student_id,
                            kind, source, tolerance, expected, given, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A hand-in that passed all tests, with its exercise."""

    submission_id: UUID
    student_id: UUID
    exercise_id: UUID
    code: str
    bank_id: str
    topic: Topic
    title: str
    instructions: str | None
    solution: str
    tests: list[Test]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An input on which a hand-in that passed differs from the solution: what is right, and what it gave."""

    proposal_id: UUID
    of: Passed
    test: Test
    right: str
    given: str


async def accepted(
    db: Connection, bank_ids: Iterable[str | None], also: UUID | None = None
) -> Mapping[str | None, Sequence[ExtraTest]]:
    """Read the tests that were accepted for exercises of the bank, and one that is only tried."""
    found: dict[str | None, list[ExtraTest]] = {}
    for row in await db.fetch(ACCEPTED, sorted({one for one in bank_ids if one is not None}), also):
        found.setdefault(row["bank_id"], []).append(ExtraTest(row["kind"], row["source"], row["tolerance"]))
    return found


async def not_compared(db: Connection, limit: int) -> list[Passed]:
    """Read hand-ins that passed and were not yet compared with the solution, the oldest first."""
    rows = await db.fetch(NOT_COMPARED, limit)
    return [
        Passed(
            **{
                **row,
                "title": row["title"] or "",
                "tests": msgspec.json.decode(row["tests"], type=list[Test]),
            }
        )
        for row in rows
    ]


async def compared(db: Connection, hand_ins: Iterable[Passed], now: datetime) -> None:
    """Note that hand-ins were compared."""
    await db.execute(COMPARED, [one.submission_id for one in hand_ins], now)


async def propose(db: Connection, proposal: Proposal, now: datetime) -> None:
    """Write a proposed test, unless this input was proposed for the exercise before."""
    of, test = proposal.of, proposal.test
    exercise = (of.bank_id, of.topic, of.title, of.exercise_id, of.submission_id, of.student_id)
    proposed = (test.kind, test.source, test.tolerance, proposal.right, proposal.given)
    await db.execute(PROPOSE, proposal.proposal_id, *exercise, *proposed, now)
