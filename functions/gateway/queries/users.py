"""Users and their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import asyncpg

from functions.gateway.errors import Conflict, Unauthenticated
from functions.gateway.queries.limits import interval
from functions.gateway.settings import Rate
from functions.runtime.database import Connection

ADMIT = """
WITH who AS (
    SELECT u.role FROM sessions s JOIN users u USING (user_id)
     WHERE s.session_id = $2 AND s.user_id = $1 AND s.ended_at IS NULL
), taken AS (
    INSERT INTO rate_limits AS r (key, full_at) SELECT $3, $4::timestamptz + $5::interval FROM who
    ON CONFLICT (key) DO UPDATE SET full_at = greatest(r.full_at, $4) + $5
     WHERE greatest(r.full_at, $4) + $5 <= $4 + $6::interval
    RETURNING 1
), seen AS (
    UPDATE users SET last_seen_at = $4 FROM who
     WHERE user_id = $1 AND (last_seen_at IS NULL OR last_seen_at < $4::timestamptz - interval '1 minute')
)
SELECT role, EXISTS (SELECT 1 FROM taken) AS allowed,
       (SELECT full_at FROM rate_limits WHERE key = $3) + $5 - $6 AS free_at
  FROM who
"""
INSERT = """
INSERT INTO users (user_id, email, display_name, role, time_zone, password_hash)
VALUES ($1, $2, $3, $4, $5, $6)
"""
BY_ID = "SELECT user_id, email, display_name, role, time_zone, created_at FROM users WHERE user_id = $1"
BY_EMAIL = """
SELECT user_id, email, display_name, role, time_zone, created_at, password_hash
  FROM users WHERE lower(email) = lower($1)
"""
REHASH = "UPDATE users SET password_hash = $2 WHERE user_id = $1"
OPEN = """
WITH seen AS (UPDATE users SET last_seen_at = clock_timestamp() WHERE user_id = $2)
INSERT INTO sessions (session_id, user_id, expires_at, network) VALUES ($1, $2, $3, $4)
"""
ISSUE = "INSERT INTO refresh_tokens (token_hash, session_id) VALUES ($1, $2)"
USE = """
UPDATE refresh_tokens t SET used_at = $2
  FROM sessions s JOIN users u USING (user_id)
 WHERE t.token_hash = $1 AND t.used_at IS NULL
   AND s.session_id = t.session_id AND s.ended_at IS NULL AND s.expires_at > $2
RETURNING s.session_id, u.user_id, u.email, u.display_name, u.role, u.time_zone, u.created_at
"""
OWNER = "SELECT session_id, used_at FROM refresh_tokens WHERE token_hash = $1"
END = """
UPDATE sessions SET ended_at = $2, ended_by = $3 WHERE session_id = $1 AND ended_at IS NULL RETURNING user_id
"""
FORGET = "DELETE FROM sessions WHERE expires_at < $1 OR ended_at < $1 - interval '7 days'"


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to a token: the user's role, and how long to wait when the allowance is used up."""

    role: Literal["student", "teacher"]
    retry_after_s: float | None


async def admit(
    db: Connection, user_id: UUID, session_id: UUID, bucket: str, rate: Rate, now: datetime
) -> Admission | None:
    """Take one from a user's allowance; None when the session has ended or the user is gone."""
    period = timedelta(seconds=rate.period_s)
    row = await db.fetchrow(ADMIT, user_id, session_id, f"{bucket}:{user_id}", now, interval(rate), period)
    if row is None:
        return None
    wait = None if row["allowed"] or row["free_at"] is None else (row["free_at"] - now).total_seconds()
    return Admission(row["role"], wait)


async def insert(
    db: Connection,
    user_id: UUID,
    email: str,
    display_name: str,
    role: str,
    time_zone: str,
    password_hash: str,
) -> None:
    """Write a new user; raises Conflict when the e-mail address is in use, in whatever case."""
    try:
        await db.execute(INSERT, user_id, email, display_name, role, time_zone, password_hash)
    except asyncpg.UniqueViolationError:
        raise Conflict(
            "an account with this e-mail already exists; sign in instead?", field="email"
        ) from None


async def by_id(db: Connection, user_id: UUID) -> asyncpg.Record | None:
    """Find a user."""
    return await db.fetchrow(BY_ID, user_id)


async def by_email(db: Connection, email: str) -> asyncpg.Record | None:
    """Find a user, with the hash of the password."""
    return await db.fetchrow(BY_EMAIL, email)


async def rehash(db: Connection, user_id: UUID, password_hash: str) -> None:
    """Replace the hash of a password."""
    await db.execute(REHASH, user_id, password_hash)


async def open_session(
    db: Connection,
    session_id: UUID,
    user_id: UUID,
    expires_at: datetime,
    token_hash: bytes,
    network: bytes,
) -> None:
    """Begin a session with its first refresh token; `network` is the digest of where it is begun from."""
    await db.execute(OPEN, session_id, user_id, expires_at, network)
    await db.execute(ISSUE, token_hash, session_id)


async def rotate(db: Connection, used: bytes, new: bytes, now: datetime) -> asyncpg.Record | None:
    """Take a refresh token and give the next one, once; None when it cannot be used (any more)."""
    row = await db.fetchrow(USE, used, now)
    if row is not None:
        await db.execute(ISSUE, new, row["session_id"])
    return row


async def end_if_reused(db: Connection, token_hash: bytes, now: datetime) -> bool:
    """End the session whose refresh token comes a second time: one of the two who have it is a thief."""
    row = await db.fetchrow(OWNER, token_hash)
    if row is None or row["used_at"] is None:
        return False
    return await end(db, row["session_id"], now, "reuse")


async def end(db: Connection, session_id: UUID, now: datetime, why: str) -> bool:
    """End a session with all its tokens; False when it had ended before."""
    return await db.fetchval(END, session_id, now, why) is not None


async def session_of(db: Connection, token_hash: bytes) -> UUID:
    """Find the session of a refresh token; raises Unauthenticated for one that is not ours."""
    row = await db.fetchrow(OWNER, token_hash)
    if row is None:
        raise Unauthenticated("the refresh token is not valid", field="refresh_token")
    session_id: UUID = row["session_id"]
    return session_id


async def forget(db: Connection, now: datetime) -> None:
    """Remove sessions that ended."""
    await db.execute(FORGET, now)
