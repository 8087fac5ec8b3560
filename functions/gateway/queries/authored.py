"""Exercises that teachers write: kept, proven, published, and given to students."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from asyncpg import Record

from functions.gateway.cursors import Place
from functions.gateway.errors import NotFound, NotNow
from functions.gateway.paging import after
from functions.runtime.database import Connection

MISSING = "there is no such exercise"
PUBLISHED = "it is published and does not change any more: make a copy"
UNPROVEN = "prove it first: POST /exercises/authored/{id}/prove"
# A proof takes 20 s; what has no answer after a minute was given up on the way.
GIVEN_UP = timedelta(seconds=60)
# The student's own exercise has an id that follows from both, so that opening it twice is opening it once.
OWN_IDS = UUID("5f0a3d52-6a5c-4b8e-9a35-0d3f1c0d6b7e")

WRITE = """
INSERT INTO authored_exercises (exercise_id, teacher_id, content, version, copy_of, created_at, updated_at)
VALUES ($1, $2, $3::jsonb, $4, $5, $6, $6)
"""
HEAD = """
SELECT a.exercise_id, a.status, a.version, a.shared, a.teacher_id = $1 AS mine, u.display_name AS author,
       a.content, a.revision, a.copy_of, a.created_at, a.updated_at, a.published_at
  FROM authored_exercises a LEFT JOIN users u ON u.user_id = a.teacher_id
"""
ONE = f"{HEAD} WHERE a.exercise_id = $2 AND (a.teacher_id = $1 OR (a.shared AND a.status = 'published'))"
OWN = f"{HEAD} WHERE a.exercise_id = $2 AND a.teacher_id = $1 FOR UPDATE OF a"
LISTED = f"""{HEAD}
 WHERE (a.teacher_id = $1 OR (a.shared AND a.status = 'published'))
   AND ($2::timestamptz IS NULL OR (a.created_at, a.exercise_id) < ($2, $3::uuid))
   AND (a.status <> 'archived' OR $5)
 ORDER BY a.created_at DESC, a.exercise_id DESC LIMIT $4
"""
CHANGE = """
UPDATE authored_exercises SET content = $2::jsonb, revision = revision + 1, updated_at = $3
 WHERE exercise_id = $1 AND content <> $2::jsonb
"""
LAST_PROOF = """
SELECT p.proof_id, p.status, p.problems, p.asked_at FROM authored_proofs p JOIN authored_exercises a
    ON a.exercise_id = p.exercise_id AND a.revision = p.revision
 WHERE p.exercise_id = $1 ORDER BY p.asked_at DESC LIMIT 1
"""
ASK_PROOF = """
INSERT INTO authored_proofs (proof_id, exercise_id, revision, asked_at)
SELECT $1, exercise_id, revision, $3 FROM authored_exercises WHERE exercise_id = $2
"""
PREVIEW = """
SELECT v.title, v.instructions, v.starter_code, v.examples, a.content ->> 'topic' AS topic,
       a.content ->> 'difficulty' AS difficulty, p.mistakes
  FROM authored_exercises a JOIN authored_variations v USING (exercise_id)
  JOIN authored_proofs p ON p.exercise_id = a.exercise_id AND p.revision = a.revision AND p.status = 'proven'
 WHERE a.exercise_id = $1 ORDER BY v.variation = $2 DESC, v.variation, p.asked_at DESC LIMIT 1
"""
PUBLISH = """
UPDATE authored_exercises SET status = 'published', published_at = $2 WHERE exercise_id = $1
"""
SHARE = """
UPDATE authored_exercises
   SET shared = coalesce($2::boolean, shared),
       status = CASE WHEN $3::boolean THEN 'archived' WHEN NOT $3 AND status = 'archived' THEN
                CASE WHEN published_at IS NULL THEN 'draft' ELSE 'published' END ELSE status END
 WHERE exercise_id = $1
"""
# Whose students may open it: the author's, and everybody's when it is shared.
OPEN_TO = """
SELECT true FROM authored_exercises a
 WHERE a.exercise_id = $1 AND a.status = 'published' AND EXISTS (
       SELECT FROM class_members m JOIN class_leads c USING (class_id)
        WHERE m.student_id = $2 AND (a.shared OR c.teacher_id = a.teacher_id))
"""
PUBLISHED_ONE = "SELECT true FROM authored_exercises WHERE exercise_id = $1 AND published_at IS NOT NULL"
HAND_OUT = """
INSERT INTO exercises (exercise_id, student_id, topic, difficulty, status, origin, bank_id, seed,
                       content_hash, title, instructions, starter_code, examples, solution, tests, concepts,
                       authored_id, created_at, ready_at)
SELECT $1, $2, a.content ->> 'topic', a.content ->> 'difficulty', 'ready', 'authored',
       'authored/' || a.exercise_id, v.variation, v.content_hash, v.title, v.instructions, v.starter_code,
       v.examples, v.solution, v.tests,
       ARRAY(SELECT jsonb_array_elements_text(a.content -> 'concepts')), a.exercise_id, $5, $5
  FROM authored_exercises a JOIN authored_variations v USING (exercise_id)
 WHERE a.exercise_id = $3 AND v.variation = $4 % (
       SELECT count(*) FROM authored_variations n WHERE n.exercise_id = a.exercise_id)
ON CONFLICT (exercise_id) DO NOTHING
RETURNING topic, difficulty
"""


async def write(
    db: Connection,
    exercise_id: UUID,
    teacher_id: UUID,
    content: str,
    now: datetime,
    *,
    version: int = 1,
    copy_of: UUID | None = None,
) -> None:
    """Write a new draft; `content` is JSON."""
    await db.execute(WRITE, exercise_id, teacher_id, content, version, copy_of, now)


async def one(db: Connection, exercise_id: UUID, teacher_id: UUID) -> dict[str, Any]:
    """Read an exercise with its last proof; raises NotFound unless it is the teacher's, or shared."""
    return shown(await _readable(db, exercise_id, teacher_id)) | {"proof": await proof(db, exercise_id)}


async def held(db: Connection, exercise_id: UUID, teacher_id: UUID) -> Record:
    """Read an exercise and hold it until the commit; raises NotFound unless it is the teacher's own."""
    row = await db.fetchrow(OWN, teacher_id, exercise_id)
    if row is None:
        raise NotFound(MISSING)
    return row


async def draft(db: Connection, exercise_id: UUID, teacher_id: UUID) -> Record:
    """Read a draft and hold it; raises NotNow when it is none any more, NotFound as `held` does."""
    row = await held(db, exercise_id, teacher_id)
    if row["status"] != "draft":
        raise NotNow(PUBLISHED)
    return row


async def listed(
    db: Connection, teacher_id: UUID, place: Place | None, limit: int, *, archived: bool
) -> list[Record]:
    """List a teacher's exercises and shared ones, and one more than the limit."""
    return await db.fetch(LISTED, teacher_id, *after(place), limit + 1, archived)


async def change(db: Connection, exercise_id: UUID, content: str, now: datetime) -> None:
    """Change a draft; a change of anything makes its proof void."""
    await db.execute(CHANGE, exercise_id, content, now)


async def proof(db: Connection, exercise_id: UUID) -> dict[str, Any] | None:
    """Read the last proof of the present state; None when there is none."""
    row = await db.fetchrow(LAST_PROOF, exercise_id)
    return None if row is None else {"status": row["status"], "problems": json.loads(row["problems"])}


async def preview(db: Connection, exercise_id: UUID, teacher_id: UUID, variation: int) -> dict[str, Any]:
    """Read what students would see; raises NotNow before it is proven, NotFound as `one` does."""
    await _readable(db, exercise_id, teacher_id)
    row = await db.fetchrow(PREVIEW, exercise_id, variation)
    if row is None:
        raise NotNow(UNPROVEN)
    return dict(row) | {name: json.loads(row[name]) for name in ("examples", "mistakes")}


async def ask_proof(db: Connection, proof_id: UUID, exercise_id: UUID, now: datetime) -> bool:
    """Note that a proof is asked for; False when there is an answer already, or one is on its way."""
    last = await db.fetchrow(LAST_PROOF, exercise_id)
    if last is not None:
        ours = any(told["kind"] == "sandbox" for told in json.loads(last["problems"]))
        under_way = last["status"] == "proving" and now - last["asked_at"] < GIVEN_UP
        if under_way or (last["status"] != "proving" and not ours):
            return False
    await db.execute(ASK_PROOF, proof_id, exercise_id, now)
    return True


async def publish(db: Connection, exercise_id: UUID, teacher_id: UUID, now: datetime) -> None:
    """Publish a proven draft; raises NotNow for another, and does nothing to a published exercise."""
    row = await held(db, exercise_id, teacher_id)
    if row["status"] == "published":
        return
    found = await proof(db, exercise_id)
    if row["status"] != "draft" or found is None or found["status"] != "proven":
        raise NotNow(UNPROVEN)
    await db.execute(PUBLISH, exercise_id, now)


async def share(
    db: Connection, exercise_id: UUID, teacher_id: UUID, *, shared: bool | None, archived: bool | None
) -> None:
    """Share an exercise of one's own with colleagues, or put it away; None leaves things as they are."""
    await held(db, exercise_id, teacher_id)
    await db.execute(SHARE, exercise_id, shared, archived)


async def copy(db: Connection, exercise_id: UUID, made_id: UUID, teacher_id: UUID, now: datetime) -> None:
    """Write a draft like another: the next version of one's own; raises NotFound as `one` does."""
    row = await _readable(db, exercise_id, teacher_id)
    version = row["version"] + 1 if row["mine"] else 1
    await write(db, made_id, teacher_id, row["content"], now, version=version, copy_of=exercise_id)


async def opens_to(db: Connection, exercise_id: UUID, student_id: UUID) -> bool:
    """Whether a student may open a published exercise."""
    return bool(await db.fetchval(OPEN_TO, exercise_id, student_id))


async def is_published(db: Connection, exercise_id: UUID) -> bool:
    """Whether this is a teacher's exercise that was published, also when it was put away since."""
    return bool(await db.fetchval(PUBLISHED_ONE, exercise_id))


def own_id(exercise_id: UUID, student_id: UUID) -> UUID:
    """Give the id of a student's own exercise, which is made from a teacher's."""
    return uuid5(OWN_IDS, f"{exercise_id} {student_id}")


async def hand_out(
    db: Connection, exercise_id: UUID, student_id: UUID, now: datetime, variation: int | None = None
) -> Record | None:
    """Make a student's own exercise from a proven one, under `own_id`; None when they have it already.

    Without a `variation` the student's id chooses one. Gives topic and difficulty.
    """
    seed = student_id.int % 2**31 if variation is None else variation
    return await db.fetchrow(HAND_OUT, own_id(exercise_id, student_id), student_id, exercise_id, seed, now)


async def _readable(db: Connection, exercise_id: UUID, teacher_id: UUID) -> Record:
    row = await db.fetchrow(ONE, teacher_id, exercise_id)
    if row is None:
        raise NotFound(MISSING)
    return row


def shown(row: Record) -> dict[str, Any]:
    """Read an exercise as the API shows it."""
    fields = dict(row)
    content: dict[str, Any] = json.loads(fields.pop("content"))
    return content | {name: value for name, value in fields.items() if name not in ("revision", "copy_of")}
