"""Allowances, shared by all gateways through one row each.

The row holds the moment at which the whole allowance is there again; taking one moves it on by an interval,
and is refused when it would then lie further ahead than a whole period.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from functions.gateway.settings import Rate
from functions.runtime.database import Connection

TAKE = """
WITH taken AS (
    INSERT INTO rate_limits AS r (key, full_at) VALUES ($1, $2::timestamptz + $3::interval)
    ON CONFLICT (key) DO UPDATE SET full_at = greatest(r.full_at, $2) + $3
     WHERE greatest(r.full_at, $2) + $3 <= $2 + $4::interval
    RETURNING 1
)
SELECT CASE WHEN EXISTS (SELECT 1 FROM taken) THEN NULL
            ELSE (SELECT full_at FROM rate_limits WHERE key = $1) + $3 - $4 END
"""
GIVE_BACK = "UPDATE rate_limits SET full_at = full_at - $2::interval WHERE key = $1"
FORGET = "DELETE FROM rate_limits WHERE full_at < $1"


async def consume(db: Connection, key: str, rate: Rate, now: datetime) -> float | None:
    """Take one from an allowance; gives the seconds to wait when it is used up, None otherwise."""
    free_at = await db.fetchval(TAKE, key, now, interval(rate), timedelta(seconds=rate.period_s))
    return None if free_at is None else float((free_at - now).total_seconds())


async def refund(db: Connection, key: str, rate: Rate) -> None:
    """Give one back."""
    await db.execute(GIVE_BACK, key, interval(rate))


async def forget(db: Connection, now: datetime) -> None:
    """Remove the rows of full allowances: they say nothing any more."""
    await db.execute(FORGET, now)


def interval(rate: Rate) -> timedelta:
    """The time that one costs."""
    return timedelta(seconds=rate.interval_s)
