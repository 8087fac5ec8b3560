"""What code_review reads and keeps."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec

from events.models import Topic
from functions.code_review.review import Review
from functions.grading.checks import Test
from functions.runtime.database import Connection

KEEP = """
INSERT INTO reviews (submission_id, student_id, quality, rated, summary, findings, dimensions, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (submission_id) DO NOTHING
"""
TASK = "SELECT topic, starter_code, tests FROM exercises WHERE exercise_id = $1"


@dataclass(frozen=True, slots=True)
class Task:
    """What a review needs to know of the exercise."""

    topic: Topic
    starter: str | None
    tests: tuple[Test, ...] = ()


async def task_of(db: Connection, exercise_id: UUID) -> Task | None:
    """Read the exercise that a submission answers: its starter lines are not the student's work."""
    row = await db.fetchrow(TASK, exercise_id)
    if row is None:
        return None
    tests = msgspec.json.decode(row["tests"] or "[]", type=tuple[Test, ...])
    return Task(cast(Topic, row["topic"]), row["starter_code"], tests)


async def keep(
    db: Connection, submission_id: UUID, student_id: UUID, review: Review, summary: str, at: datetime
) -> None:
    """Keep a review; the first one of a submission stays."""
    # Line 0 is a finding on the whole program; the API says null for that.
    findings = json.dumps([asdict(one) | {"line": one.line or None} for one in review.findings])
    dimensions = json.dumps(dict(review.rating.dimensions) if review.rating else {})
    rated = review.rating is not None
    await db.execute(
        KEEP, submission_id, student_id, review.quality, rated, summary, findings, dimensions, at
    )
