"""A function for tests that can handle nothing."""

from __future__ import annotations

from events.models import ActivityRecorded, ProgressAsked
from functions.runtime import Reject, Work, consumes


@consumes(ProgressAsked, ActivityRecorded)
async def progress(event: ProgressAsked | ActivityRecorded, work: Work) -> None:
    """Refuse."""
    raise Reject("no use")
