"""Cron schedules as Knative's PingSource reads them."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def moments(schedule: str, timezone: str, after: datetime) -> Iterator[datetime]:
    """Yield the moments of a schedule that follow `after`, which is aware.

    With six fields the first one is the second.
    Raises: ValueError for a schedule or time zone that does not exist.
    """
    fields = _DESCRIPTORS.get(schedule, schedule)
    try:
        return CronSim(fields, after.astimezone(ZoneInfo(timezone)))
    except (CronSimError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"schedule {schedule!r} in {timezone}: {error}") from None
