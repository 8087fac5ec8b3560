"""Outbox: publishes what a crash left behind, and forgets what is old."""

from __future__ import annotations

from functions.outbox.sweep import Sweep
from functions.runtime import Tick, Work, consumes


@consumes(Tick, uses=(Sweep,), limit_s=45)
async def outbox(_: Tick, work: Work) -> None:
    """Run one sweep."""
    await work.use(Sweep).run(work.now)
