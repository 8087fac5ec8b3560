"""Days of activity in a student's time zone: streak and consistency.

Days with activity are kept as sorted, disjoint, half-open runs, which is what PostgreSQL's datemultirange
holds: a year of daily work is one run. Cost: linear in the runs. A day is that of the student's time zone at
the moment of the activity, days of 23 and 25 hours included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from functions.progress.errors import UnknownZone

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Consecutive days, `end` not included."""

    start: date
    end: date


Runs = tuple[Run, ...]


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Find a time zone by its IANA name; raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise UnknownZone(f"there is no time zone {name!r}") from None


def local_day(moment: datetime, time_zone: str) -> date:
    """Tell which day a moment belongs to."""
    return moment.astimezone(zone(time_zone)).date()


def runs_of(days: Iterable[date]) -> Runs:
    """Join days to runs, whatever their order."""
    runs: list[Run] = []
    for day in sorted(set(days)):
        if runs and runs[-1].end == day:
            runs[-1] = Run(runs[-1].start, day + DAY)
        else:
            runs.append(Run(day, day + DAY))
    return tuple(runs)


def streak(runs: Sequence[Run], today: date) -> int:
    """Count the consecutive days up to today; today itself may still be without activity."""
    # Today may still be without activity; then the streak ends yesterday and is not broken.
    for last in (today, today - DAY):
        for run in runs:
            if run.start <= last < run.end:
                return (last - run.start).days + 1
    return 0


def days_of(runs: Sequence[Run], today: date, window: int) -> list[date]:
    """List the days with activity among the last ones, today included."""
    last_ones = [today - n * DAY for n in reversed(range(window))]
    return [day for day in last_ones if any(run.start <= day < run.end for run in runs)]


def active_days(runs: Sequence[Run], today: date, window: int) -> int:
    """Count the days with activity among the last ones, today included."""
    # Overlap of two half-open intervals, run by run: no day is listed.
    first, end = today - (window - 1) * DAY, today + DAY
    return sum(max(0, (min(run.end, end) - max(run.start, first)).days) for run in runs)
