"""What debug keeps: the case a student works on, the hints given for it, and the errors that were met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from events.models import HintLevel, ParsedError
from functions.debug.struggle import WINDOW, ErrorOccurrence
from functions.diagnosis.causes import Diagnosis, known, of_error, of_silence
from functions.diagnosis.claims import Claim
from functions.diagnosis.hint_ladder import GivenHint, NextHint
from functions.diagnosis.wrong_results import Mismatch
from functions.runtime.database import Connection

KEEP_CASE = """
INSERT INTO debug_cases AS kept
    (student_id, place_id, fingerprint, error_type, error_message, error_line, code, seen_at,
     fault, expected, got, quoted, call, given)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (student_id, place_id, fingerprint) DO UPDATE
SET error_line = excluded.error_line, error_message = excluded.error_message,
    code = coalesce(excluded.code, kept.code), seen_at = excluded.seen_at, fault = excluded.fault,
    expected = excluded.expected, got = excluded.got, quoted = coalesce(excluded.quoted, kept.quoted),
    call = excluded.call, given = excluded.given
WHERE kept.seen_at <= excluded.seen_at
"""
UNCLEAR = "Unclear"
# The hint in the statement of its case: a round trip less.
KEEP_CASE_AND_HINT = f"""
WITH hint AS (
    INSERT INTO debug_hints (message_id, student_id, place_id, fingerprint, tier, code_hash, shown_at,
                             fault, wording)
    VALUES ($15, $1, $2, $3, $16, $17, $8, $18, $19) ON CONFLICT (message_id) DO NOTHING)
{KEEP_CASE}
"""
# The hints beside the case: a round trip less. Without a case there is one row of its hints alone.
LATEST_CASE = """
SELECT c.*, (
    SELECT coalesce(jsonb_agg(jsonb_build_object('fingerprint', fingerprint, 'tier', tier,
           'code_hash', code_hash, 'at', shown_at) ORDER BY shown_at), '[]')
      FROM debug_hints WHERE student_id = $1 AND place_id = $2) AS hints
  FROM (SELECT) AS always LEFT JOIN LATERAL (
    SELECT error_type, error_message, error_line, code, fault, expected, got, quoted, call, given, seen_at
      FROM debug_cases WHERE student_id = $1 AND place_id = $2 ORDER BY seen_at DESC LIMIT 1) AS c ON true
"""
HANDED_IN = """
SELECT code FROM submissions
WHERE student_id = $1 AND exercise_id = $2 AND created_at > coalesce($3::timestamptz, '-infinity')
ORDER BY created_at DESC, submission_id DESC LIMIT 1
"""
# A statement sees the rows from before it alone, so the new one is added; without it, it was kept before.
KEEP_SIGHTING = """
WITH kept AS (
    INSERT INTO error_sightings
        (sighting_id, student_id, fingerprint, seen_at, summary, excerpt, ref, exercise_id, asked)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (sighting_id) DO NOTHING
    RETURNING sighting_id, seen_at, summary, excerpt, ref, exercise_id, asked)
SELECT * FROM kept
UNION ALL
SELECT sighting_id, seen_at, summary, excerpt, ref, exercise_id, asked FROM error_sightings
WHERE student_id = $2 AND fingerprint = $3 AND seen_at BETWEEN $10 AND $11 AND EXISTS (SELECT FROM kept)
"""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What a student works on: the fault, if one was found, and the program, as of when it was seen."""

    diagnosis: Diagnosis | None
    code: str | None
    seen_at: datetime
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class _Hint:
    fingerprint: str
    tier: HintLevel
    code_hash: str
    at: datetime


async def latest_case(
    db: Connection, student_id: UUID, place_id: UUID
) -> tuple[OpenCase | None, dict[str, list[GivenHint]]]:
    """Give what a student works on in a place, and the hints shown for its faults, by their fingerprints."""
    [row] = await db.fetch(LATEST_CASE, student_id, place_id)
    given: dict[str, list[GivenHint]] = {}
    for hint in msgspec.json.decode(row["hints"], type=list[_Hint]):
        given.setdefault(hint.fingerprint, []).append(GivenHint(hint.tier, hint.code_hash, hint.at))
    if row["seen_at"] is None:
        return None, given
    return OpenCase(_diagnosis(row), row["code"], row["seen_at"], _claim(row)), given


async def handed_in(
    db: Connection, student_id: UUID, exercise_id: UUID, after: datetime | None
) -> str | None:
    """Give the program that a student handed in last for an exercise, if it was after a time."""
    found: str | None = await db.fetchval(HANDED_IN, student_id, exercise_id, after)
    return found


def _claim(row: Record) -> Claim | None:
    if row["expected"] is None:
        return None
    return Claim(call=row["call"], given=row["given"], expected=row["expected"], got=row["got"])


def _diagnosis(row: Record) -> Diagnosis | None:
    code = row["code"] or ""
    if row["error_type"] is not None:
        error = ParsedError(type=row["error_type"], message=row["error_message"], line=row["error_line"])
        return of_error(error, row["code"], row["quoted"])
    if row["fault"] is None:
        return of_silence(code)
    told = (row["call"], row["given"])
    contrast = Mismatch(row["expected"], row["got"], False, *told) if row["got"] is not None else None
    return known(row["fault"], row["error_line"], code, contrast)


async def keep_hint(
    db: Connection,
    message_id: UUID,
    key: tuple[UUID, UUID, str],
    diagnosis: Diagnosis,
    step: NextHint,
    code_hash: str,
    wording: str,
    at: datetime,
) -> None:
    """Keep the fault that a student works on, and the hint for it; the latest sighting of a fault counts.

    `key` is the student, the place and the fingerprint of the fault.
    """
    error, contrast = diagnosis.error, diagnosis.contrast
    told = (error.type, error.message, error.line) if error else (None, None, diagnosis.line)
    results = (contrast.expected, contrast.got) if contrast else (None, None)
    of = (contrast.call, contrast.given) if contrast else (None, None)
    found = (diagnosis.fault.id, *results, diagnosis.quoted, *of)
    hint = (message_id, step.tier, code_hash, diagnosis.fault.id, wording)
    await db.execute(KEEP_CASE_AND_HINT, *key, *told, diagnosis.code, at, *found, *hint)


async def keep_program(db: Connection, student_id: UUID, place_id: UUID, code: str, at: datetime) -> None:
    """Keep a program in which no fault was found: the next message may tell what was expected of it."""
    nothing = (None,) * 3
    await db.execute(KEEP_CASE, student_id, place_id, UNCLEAR, *nothing, code, at, *nothing, *nothing)


async def keep_sighting(
    db: Connection, student_id: UUID, trouble: str, sighting: ErrorOccurrence
) -> list[ErrorOccurrence] | None:
    """Keep an error that was met, and give those like it around that time; None when it was kept before.

    One student's sightings are kept one after the other, so that two at once can't miss each other.
    """
    await db.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('sightings:' || $1::uuid, 0))", student_id
    )
    new = (sighting.seen_at, sighting.summary, sighting.excerpt, sighting.ref)
    where = (sighting.exercise_id, sighting.asked)
    window = (sighting.seen_at - WINDOW, sighting.seen_at + WINDOW)
    rows = await db.fetch(KEEP_SIGHTING, sighting.id, student_id, trouble, *new, *where, *window)
    if not rows:
        return None
    return [ErrorOccurrence(*row) for row in rows]
