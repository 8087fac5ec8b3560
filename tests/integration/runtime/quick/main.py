"""The function of `probe`, without a claim before."""

from __future__ import annotations

from events.models import QuerySubmitted
from functions.runtime import Work, consumes
from tests.integration.runtime.probe.main import act


@consumes(QuerySubmitted, limit_s=3, lease=False)
async def quick(query: QuerySubmitted, work: Work) -> None:
    """Store the text, publish one event, and fail as asked."""
    await act(query, work)
