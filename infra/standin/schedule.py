"""Cron schedules as Knative's PingSource reads them."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from events import schedules


def moments(schedule: str, timezone: str, after: datetime) -> Iterator[datetime]:
    """Yield the moments of a schedule that follow `after`, which is aware.

    With six fields the first one is the second.
    Raises: ValueError for a schedule or time zone that does not exist.
    """
    try:
        return schedules.moments(schedules.parse(schedule), ZoneInfo(timezone), after)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"schedule {schedule!r} in {timezone}: {error}") from None
