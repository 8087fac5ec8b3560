"""The inbox: which event each function has handled, or is handling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Connection, Record

from functions.runtime.envelope import Envelope, Outgoing
from functions.runtime.erasure import is_erased
from functions.runtime.errors import HandledBefore, InProgress
from functions.runtime.outbox import columns

# Of a student who was erased nothing is taken any more, whatever comes late or is sent through again.
CLAIM = f"""
INSERT INTO inbox AS i (consumer, source, id, type, correlation_id, lease_until, subject, replay)
SELECT $1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6), $7, $8
 WHERE NOT {is_erased("$7::uuid")}
ON CONFLICT (consumer, source, id) DO UPDATE
   SET attempts = i.attempts + 1, claimed_at = clock_timestamp(), lease_until = excluded.lease_until,
       replay = excluded.replay
 WHERE i.done_at IS NULL AND i.lease_until <= clock_timestamp()
RETURNING attempts, deferrals, last_error
"""
HANDLED = f"""
SELECT {is_erased("$4::uuid")} OR EXISTS (
       SELECT FROM inbox WHERE consumer = $1 AND source = $2 AND id = $3 AND done_at IS NOT NULL)
"""
# The outputs of an event come after its key, as six lists, and are written by whoever finished it.
WITH_OUTPUTS = """, written AS (
    INSERT INTO outbox (producer, cause_source, cause_id,
                        event_id, type, topic, correlation_id, attributes, data)
    SELECT $1, $2, $3, o.*
      FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::bytea[]) AS o
     WHERE EXISTS (SELECT 1 FROM finished)
    RETURNING seq
)
SELECT (SELECT count(*) FROM finished) AS finished, coalesce(array_agg(seq ORDER BY seq), '{}') AS seqs
  FROM written
"""
FINISH = f"""
WITH finished AS (
    UPDATE inbox SET done_at = clock_timestamp(), outcome = $11, last_error = coalesce($12, last_error)
     WHERE consumer = $1 AND source = $2 AND id = $3 AND attempts = $10 AND done_at IS NULL
    RETURNING 1
){WITH_OUTPUTS}"""
# For an event that was not claimed: the row is written with the effects, or not at all.
ONCE = f"""
WITH finished AS (
    INSERT INTO inbox AS i (consumer, source, id, type, correlation_id, subject, replay,
                            received_at, claimed_at, lease_until, done_at, outcome)
    SELECT $1, $2, $3, $10, $11, $12, $13, now(), now(), now(), clock_timestamp(), 'handled'
     WHERE NOT {is_erased("$12::uuid")}
    ON CONFLICT (consumer, source, id) DO UPDATE
       SET attempts = i.attempts + 1, claimed_at = excluded.claimed_at, replay = excluded.replay,
           done_at = excluded.done_at, outcome = excluded.outcome
     WHERE i.done_at IS NULL AND i.lease_until <= clock_timestamp()
    RETURNING 1
){WITH_OUTPUTS}"""
RELEASE = """
UPDATE inbox SET lease_until = clock_timestamp(), last_error = $5, deferrals = deferrals + $6
 WHERE consumer = $1 AND source = $2 AND id = $3 AND attempts = $4 AND done_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to handle one event until the lease ends; `number` fences off claims that came before."""

    consumer: str
    source: str
    id: str
    number: int
    deferrals: int
    last_error: str | None

    @property
    def attempt(self) -> int:
        """How often the event itself was tried, deferrals left out, from 1."""
        return self.number - self.deferrals


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """An event that is handled without a claim before, about one student or none."""

    consumer: str
    event: Envelope
    subject: UUID | None


async def claim(
    db: Connection[Record], consumer: str, event: Envelope, subject: UUID | None, lease_s: float
) -> Claim | None:
    """Claim an event, which is about one student or none.

    None when it was handled before, or its student was erased; raises InProgress when another delivery
    holds the lease.
    """
    key = (consumer, event.source, event.id)
    values = (event.type, event.correlation_id, lease_s, subject, event.replay)
    row = await db.fetchrow(CLAIM, *key, *values)
    if row is not None:
        return Claim(*key, row["attempts"], row["deferrals"], row["last_error"])
    if await db.fetchval(HANDLED, *key, subject):
        return None
    raise InProgress(f"{event.id} is being handled")


async def finish(
    db: Connection[Record], held: Claim, events: Sequence[Outgoing], *, dead: str | None = None
) -> list[int]:
    """Mark the event handled (or dead, with the error) and write its outputs; returns their outbox rows.

    Raises InProgress when the lease was lost: the caller's transaction must then be rolled back.
    """
    outcome = "handled" if dead is None else "dead"
    key = (held.consumer, held.source, held.id)
    row = await db.fetchrow(FINISH, *key, *columns(events), held.number, outcome, dead)
    if row is None or row["finished"] != 1:
        raise InProgress(f"the lease on {held.id} was lost")
    return list(row["seqs"])


async def finish_unclaimed(db: Connection[Record], one: Unclaimed, events: Sequence[Outgoing]) -> list[int]:
    """Mark an event handled that nobody claimed, and write its outputs; returns their outbox rows.

    Raises HandledBefore when another delivery was first or is at work, or the student was erased: the
    caller's transaction must then be rolled back.
    """
    event = one.event
    values = (*columns(events), event.type, event.correlation_id, one.subject, event.replay)
    row = await db.fetchrow(ONCE, one.consumer, event.source, event.id, *values)
    if row is None or row["finished"] != 1:
        raise HandledBefore(f"{event.id} was handled before")
    return list(row["seqs"])


async def release(db: Connection[Record], held: Claim, error: str, *, deferred: bool) -> None:
    """Give the lease back after a failure, so that the next delivery can be handled at once."""
    await db.execute(RELEASE, held.consumer, held.source, held.id, held.number, error, int(deferred))
