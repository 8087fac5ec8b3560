"""The rule `same_error`: the same error three times within half an hour, learnt of in any order.

A question about an error that was met in a run just before is no other occurrence of it. Occurrences of one
error are sorted by when they happened; a window of half an hour is begun at each of them, and the fullest one
that holds the new occurrence counts. Cost: quadratic in the occurrences near it, of which there are a
handful. They arrive in any order, so the new one may be the oldest and complete a window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

TIMES = 3
WINDOW = timedelta(minutes=30)
ASKED_ABOUT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ErrorOccurrence:
    """An error that a student met: in a run, or as it was asked about; the exercise may not be known."""

    id: UUID
    seen_at: datetime
    summary: str
    excerpt: str | None
    ref: str | None
    exercise_id: UUID | None = None
    asked: bool = False


def same_error(new: ErrorOccurrence, others: Sequence[ErrorOccurrence]) -> list[ErrorOccurrence]:
    """Give the sightings of a window that the new one completes, oldest first; empty when there is none.

    `others` are sightings of the same error; the new one may be among them, and may be the oldest. The same
    error in another exercise is another one.
    """
    known = {sighting.id: sighting for sighting in (*others, new)}
    places = {one.exercise_id for one in known.values()} if new.exercise_id is None else {new.exercise_id}
    best: list[ErrorOccurrence] = []
    for place in sorted(places - {None}, key=str) or [None]:
        together = [one for one in known.values() if one.exercise_id in (None, place)]
        best = max(best, _window(new, together), key=len)
    return best


def _window(new: ErrorOccurrence, known: Iterable[ErrorOccurrence]) -> list[ErrorOccurrence]:
    ordered = once(sorted(known, key=lambda sighting: (sighting.seen_at, sighting.id)))
    best: list[ErrorOccurrence] = []
    for start in ordered:
        window = [s for s in ordered if timedelta(0) <= s.seen_at - start.seen_at <= WINDOW]
        # Only windows that the new one completes: the others were told of when they were complete.
        if new in window and len(window) >= TIMES and len(window) > len(best):
            best = window
    return best


def once(ordered: Iterable[ErrorOccurrence]) -> list[ErrorOccurrence]:
    """Leave out the questions about an error that a run met just before, one for each run."""
    kept: list[ErrorOccurrence] = []
    asked_about: ErrorOccurrence | None = None
    for one in ordered:
        last = kept[-1] if kept else None
        about = last is not None and not last.asked and one.seen_at - last.seen_at <= ASKED_ABOUT
        if one.asked and about and asked_about is not last:
            asked_about = last
        else:
            kept.append(one)
    return kept
