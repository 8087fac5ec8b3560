"""The rule `same_error`: the same error three times within half an hour, learnt of in any order.

Occurrences of one fingerprint are sorted by when they happened; a window of half an hour is begun at each of
them, and the fullest one that holds the new occurrence counts. Cost: quadratic in the occurrences near it, of
which there are a handful. They arrive in any order, so the new one may be the oldest and complete a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

TIMES = 3
WINDOW = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ErrorOccurrence:
    """An error that a student met."""

    id: UUID
    seen_at: datetime
    summary: str
    excerpt: str | None
    ref: str | None


def same_error(new: ErrorOccurrence, others: Sequence[ErrorOccurrence]) -> list[ErrorOccurrence]:
    """Give the sightings of a window that the new one completes, oldest first; empty when there is none.

    `others` are sightings with the same fingerprint; the new one may be among them, and may be the oldest.
    """
    known = {sighting.id: sighting for sighting in (*others, new)}
    ordered = sorted(known.values(), key=lambda sighting: (sighting.seen_at, sighting.id))
    best: list[ErrorOccurrence] = []
    for start in ordered:
        window = [s for s in ordered if timedelta(0) <= s.seen_at - start.seen_at <= WINDOW]
        # Only windows that the new one completes: the others were told of when they were complete.
        if new in window and len(window) >= TIMES and len(window) > len(best):
            best = window
    return best
