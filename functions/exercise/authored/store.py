"""Drafts that are to be proven, and what came of it, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from functions.authoring.content import Authored
from functions.exercise.authored.proof import Proof
from functions.exercise.authored.rehearsal import Mistake
from functions.exercise.instance import Instance, examples
from functions.exercise.store import to_json
from functions.runtime.database import Connection
from functions.runtime.stream import ring

DRAFT = """
SELECT a.exercise_id, a.teacher_id, a.content
  FROM authored_proofs p JOIN authored_exercises a USING (exercise_id)
 WHERE p.proof_id = $1 AND p.status = 'proving' AND p.revision = a.revision AND a.status = 'draft'
"""
# The draft may have changed meanwhile: its row is held, and only what is still asked for is written.
HELD = f"{DRAFT} FOR UPDATE OF a"
ANSWERED = """
UPDATE authored_proofs SET status = $2, problems = $3::jsonb, mistakes = $4::jsonb, answered_at = $5
 WHERE proof_id = $1
"""
NO_VARIATIONS = "DELETE FROM authored_variations WHERE exercise_id = $1"
VARIATION = """
INSERT INTO authored_variations (exercise_id, variation, content_hash, title, instructions, starter_code,
                                 examples, solution, tests)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9::jsonb)
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is at the moment."""

    exercise_id: UUID
    teacher_id: UUID
    content: Authored


async def draft(db: Connection, proof_id: UUID) -> Draft | None:
    """Read the draft of a proof; None when nobody waits for it any more."""
    row = await db.fetchrow(DRAFT, proof_id)
    if row is None:
        return None
    content = msgspec.json.decode(row["content"], type=Authored)
    return Draft(row["exercise_id"], row["teacher_id"], content)


async def save(
    db: Connection, proof_id: UUID, proof: Proof, mistakes: Sequence[Mistake], now: datetime
) -> None:
    """Write what came of a proof, and wake the teacher who waits for it."""
    held = await db.fetchrow(HELD, proof_id)
    if held is None:
        return
    status = "refused" if proof.problems else "proven"
    await db.execute(ANSWERED, proof_id, status, to_json(proof.problems), to_json(mistakes), now)
    await db.execute(NO_VARIATIONS, held["exercise_id"])
    for one in proof.variations:
        await db.execute(VARIATION, held["exercise_id"], one.variation, one.content_hash, *_texts(one))
    await ring(db, held["teacher_id"])


def _texts(one: Instance) -> tuple[str, ...]:
    shown = (one.title, one.instructions, one.starter, to_json(examples(one.tests)))
    return (*shown, one.solution, to_json(one.tests))
