"""Accounts after sign-up: their name and zone, their password, their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from functions.runtime.database import Connection

UPDATE = """
UPDATE users SET display_name = coalesce($2, display_name), time_zone = coalesce($3, time_zone)
 WHERE user_id = $1
RETURNING user_id, email, display_name, role, time_zone, created_at
"""
HASH = "SELECT password_hash FROM users WHERE user_id = $1"
SESSIONS = """
SELECT s.session_id, s.created_at, s.expires_at,
       greatest(s.created_at, (SELECT max(t.issued_at) FROM refresh_tokens t
                                WHERE t.session_id = s.session_id)) AS used_at
  FROM sessions s WHERE s.user_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2
 ORDER BY s.created_at DESC, s.session_id LIMIT 100
"""
END_OTHERS = """
UPDATE sessions SET ended_at = $3, ended_by = $4 WHERE user_id = $1 AND session_id <> $2 AND ended_at IS NULL
"""
END_ONE = """
UPDATE sessions SET ended_at = $3, ended_by = 'user'
 WHERE user_id = $1 AND session_id = $2 AND ended_at IS NULL RETURNING true
"""
BEGAN = "SELECT created_at FROM sessions WHERE session_id = $1"
CAME_FROM = """
SELECT true FROM users u JOIN sessions s USING (user_id)
 WHERE lower(u.email) = lower($1) AND s.network = $2 LIMIT 1
"""
# of the codes for one student only the last one opens anything
FORGET_CODES = "DELETE FROM password_resets WHERE user_id = $1"
KEEP_CODE = "INSERT INTO password_resets (code_hash, user_id, made_by, expires_at) VALUES ($1, $2, $3, $4)"
USE_CODE = "DELETE FROM password_resets WHERE code_hash = $1 RETURNING user_id, expires_at"
NOBODY = UUID(int=0)


async def update(
    db: Connection, user_id: UUID, display_name: str | None, time_zone: str | None
) -> Record | None:
    """Change what is given; None when the user is gone."""
    return await db.fetchrow(UPDATE, user_id, display_name, time_zone)


async def password_hash(db: Connection, user_id: UUID) -> str | None:
    """Read the hash of a user's password."""
    found: str | None = await db.fetchval(HASH, user_id)
    return found


async def sessions(db: Connection, user_id: UUID, now: datetime) -> Sequence[Record]:
    """List the sessions that go on, the latest first, 100 at most."""
    return await db.fetch(SESSIONS, user_id, now)


async def end_others(db: Connection, user_id: UUID, kept: UUID | None, now: datetime, why: str) -> None:
    """End all sessions of a user but one, with all their tokens."""
    await db.execute(END_OTHERS, user_id, kept or NOBODY, now, why)


async def end_one(db: Connection, user_id: UUID, session_id: UUID, now: datetime) -> bool:
    """End one session of a user; False when it is not theirs or has ended."""
    return bool(await db.fetchval(END_ONE, user_id, session_id, now))


async def began(db: Connection, session_id: UUID) -> datetime | None:
    """Say when a session began."""
    found: datetime | None = await db.fetchval(BEGAN, session_id)
    return found


async def came_from(db: Connection, email: str, network: bytes) -> bool:
    """Whether a user signed in from a network before, and its session is still remembered."""
    return bool(await db.fetchval(CAME_FROM, email, network))


async def keep_code(
    db: Connection, code_hash: bytes, user_id: UUID, made_by: UUID, expires_at: datetime
) -> None:
    """Keep a one-time code in place of those before it."""
    await db.execute(FORGET_CODES, user_id)
    await db.execute(KEEP_CODE, code_hash, user_id, made_by, expires_at)


async def use_code(db: Connection, code_hash: bytes, now: datetime) -> UUID | None:
    """Take a one-time code; None when there is none such, or its time is over."""
    row = await db.fetchrow(USE_CODE, code_hash)
    return None if row is None or row["expires_at"] <= now else row["user_id"]
