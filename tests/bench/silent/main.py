"""A function on the floor that takes an event and publishes nothing."""

from __future__ import annotations

from events.models import QuerySubmitted
from functions.runtime import Work, consumes


@consumes(QuerySubmitted)
async def silent(query: QuerySubmitted, work: Work) -> None:
    """Take an event."""
