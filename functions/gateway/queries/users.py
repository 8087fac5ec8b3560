"""Users and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
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
), asked AS (
    SELECT * FROM unnest($3::text[], $5::interval[], $6::interval[]) AS a (key, cost, period)
), taken AS (
    INSERT INTO rate_limits AS r (key, full_at)
    SELECT key, $4::timestamptz + cost FROM who, asked ORDER BY key
    ON CONFLICT (key) DO UPDATE SET full_at = greatest(r.full_at, $4) + (excluded.full_at - $4)
     WHERE greatest(r.full_at, $4) + (excluded.full_at - $4)
           <= $4 + (SELECT period FROM asked WHERE asked.key = r.key)
    RETURNING key
), seen AS (
    UPDATE users SET last_seen_at = $4 FROM who
     WHERE user_id = $1 AND (last_seen_at IS NULL OR last_seen_at < $4::timestamptz - interval '1 minute')
), refused AS (
    SELECT key, full_at + cost - period AS free_at FROM asked JOIN rate_limits USING (key)
     WHERE key NOT IN (SELECT key FROM taken)
)
SELECT role, refused.key AS refused, refused.free_at
  FROM who LEFT JOIN refused ON true ORDER BY refused.free_at DESC LIMIT 1
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
class Take:
    """What a request takes of one of its user's allowances."""

    name: str
    rate: Rate
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to a token: the user's role, and which allowance is used up for how long."""

    role: Literal["student", "teacher"]
    refused: str | None
    retry_after_s: float


async def admit(
    db: Connection, user_id: UUID, session_id: UUID, takes: Sequence[Take], now: datetime
) -> Admission | None:
    """Take from a user's allowances; None when the session has ended or the user is gone."""
    keys = [f"{take.name}:{user_id}" for take in takes]
    costs = [interval(take.rate) * take.amount for take in takes]
    periods = [timedelta(seconds=take.rate.period_s) for take in takes]
    row = await db.fetchrow(ADMIT, user_id, session_id, keys, now, costs, periods)
    if row is None:
        return None
    if row["refused"] is None:
        return Admission(row["role"], None, 0.0)
    refused, wait = row["refused"].partition(":")[0], (row["free_at"] - now).total_seconds()
    return Admission(row["role"], refused, wait)


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
