"""The way of one question through the system, as lines."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from functions.runtime import event_trace
from functions.runtime.event_trace import Hop, since


async def read(database_url: str, correlation_id: str) -> list[Hop]:
    """Read all that one question caused."""
    db = await asyncpg.connect(database_url)
    try:
        return await event_trace.read(db, correlation_id)
    finally:
        await db.close()


def render(hops: Sequence[Hop]) -> list[str]:
    """Write one line per event and one per delivery, in milliseconds since the first event was committed."""
    start = hops[0].created_at
    out = [f"{'at ms':>9}  {'took ms':>8}  what"]
    for hop in hops:
        name = hop.type.removeprefix("learnflow.")
        state = "" if hop.published_at else "  (not published yet)"
        out.append(
            f"{since(start, hop.created_at):>9.1f}  {'':>8}  {hop.producer} -> {name} on {hop.topic}{state}"
        )
        for one in hop.deliveries:
            took = f"{since(one.received_at, one.done_at):.1f}" if one.done_at else "-"
            tries = f", {one.attempts} attempts" if one.attempts > 1 else ""
            what = f"{one.consumer} {one.outcome or 'at work'}{tries}"
            out.append(f"{since(start, one.received_at):>9.1f}  {took:>8}      {what}")
    ends = [one.done_at for hop in hops for one in hop.deliveries if one.done_at]
    if ends:
        out.append(f"{since(start, max(ends)):>9.1f}  {'':>8}  end")
    return out
