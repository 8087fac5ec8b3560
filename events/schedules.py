"""Schedules as Knative's PingSource reads them: the rules of robfig/cron v3, seconds optional.

A schedule is a set of numbers for each of second, minute, hour, day of the month, month and day of the week.
It fires at each instant whose local time is in all of them; when both kinds of day are restricted, either
suffices. An hour that a time zone leaves out fires nothing, one that it repeats fires twice. The next moment
is found by steps of a day, an hour, a minute, then a second: some thousand for a schedule that fires once in
years. What does not fire within five years never does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

MONTHS = dict(
    zip(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        range(1, 13),
        strict=True,
    )
)
DAYS = dict(zip(["sun", "mon", "tue", "wed", "thu", "fri", "sat"], range(7), strict=True))
FIELDS: tuple[tuple[str, int, int, Mapping[str, int]], ...] = (
    ("second", 0, 59, {}),
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, MONTHS),
    ("day of the week", 0, 6, DAYS),
)
DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
ANY = ("*", "?")
EVERY = "@every "
UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|us|ns|m|s)", re.ASCII)
NUMBER = re.compile(r"\+?\d{1,9}", re.ASCII)
HORIZON = timedelta(days=5 * 366)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The numbers of each field; `either_day` when one of the two kinds of day suffices."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def has_day(self, at: datetime) -> bool:
        """Whether it fires on the day of a local time."""
        month_day, weekday = at.day in self.days, at.isoweekday() % 7 in self.weekdays
        fits = (month_day or weekday) if self.either_day else (month_day and weekday)
        return at.month in self.months and fits


@dataclass(frozen=True, slots=True)
class Every:
    """A fixed time between two moments, in whole seconds."""

    period: timedelta


def parse(schedule: str) -> Calendar | Every:
    """Read a schedule; raises ValueError, saying which field is wrong, for what Knative refuses."""
    if schedule.startswith(EVERY):
        return Every(_duration(schedule.removeprefix(EVERY)))
    if schedule.startswith("@") and schedule not in DESCRIPTORS:
        raise ValueError(f"{schedule!r} is none of {', '.join(DESCRIPTORS)}, @every DURATION")
    words = DESCRIPTORS.get(schedule, schedule).split()
    if len(words) not in (5, 6):
        raise ValueError(f"expected five fields, or six with seconds, got {len(words)}: {schedule!r}")
    read = [_field(word, *field) for word, field in zip(["0", *words][-6:], FIELDS, strict=True)]
    (seconds, _), (minutes, _), (hours, _), (days, any_day), (months, _), (weekdays, any_weekday) = read
    return Calendar(seconds, minutes, hours, days, months, weekdays, not any_day and not any_weekday)


def moments(schedule: Calendar | Every, zone: tzinfo, after: datetime) -> Iterator[datetime]:
    """Yield the moments that follow `after`, which is aware, in the zone."""
    at = after.astimezone(UTC).replace(microsecond=0)
    if isinstance(schedule, Every):
        while True:
            at += schedule.period
            yield at.astimezone(zone)
    while (found := _next(schedule, zone, at)) is not None:
        at = found
        yield at.astimezone(zone)


def _next(calendar: Calendar, zone: tzinfo, after: datetime) -> datetime | None:
    at = after + SECOND
    while at - after < HORIZON:
        local = at.astimezone(zone)
        if not calendar.has_day(local):
            at = _midnight_after(local, at)
        elif local.hour not in calendar.hours:
            at += timedelta(minutes=60 - local.minute, seconds=-local.second)
        elif local.minute not in calendar.minutes:
            at += timedelta(seconds=60 - local.second)
        elif local.second not in calendar.seconds:
            at += SECOND
        else:
            return at
    return None


def _midnight_after(local: datetime, at: datetime) -> datetime:
    """Where the clock goes back over midnight the day comes twice: then an hour is a step, not a day."""
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo).astimezone(UTC)
    return midnight if midnight > at else at + timedelta(minutes=60 - local.minute, seconds=-local.second)


def _field(
    word: str, what: str, low: int, high: int, names: Mapping[str, int]
) -> tuple[frozenset[int], bool]:
    """Read one field, and whether it restricts nothing; a step makes even `*` a restriction."""
    parts = [part for part in word.split(",") if part]
    if not parts:
        raise ValueError(f"{what}: {word!r} names nothing")
    found: set[int] = set()
    free = False
    for part in parts:
        try:
            numbers = _range(part, low, high, names)
        except ValueError as error:
            raise ValueError(f"{what}: {error}") from None
        found |= set(numbers)
        free |= part.partition("/")[0].partition("-")[0] in ANY and numbers.step == 1
    return frozenset(found), free


def _range(part: str, low: int, high: int, names: Mapping[str, int]) -> range:
    """Read `*`, `?`, N, A-B, each with a /STEP; N/STEP goes on to the highest."""
    span, slash, raw_step = part.partition("/")
    first, dash, last = span.partition("-")
    step = _number(raw_step, {}) if slash else 1
    if first in ANY and not dash:
        begin, end = low, high
    else:
        begin = _number(first, names)
        end = _number(last, names) if dash else high if slash else begin
    if not low <= begin <= end <= high:
        raise ValueError(f"{part!r} is not within {low}-{high}")
    if step == 0:
        raise ValueError(f"{part!r} has a step of 0")
    return range(begin, end + 1, step)


def _number(raw: str, names: Mapping[str, int]) -> int:
    if raw.lower() in names:
        return names[raw.lower()]
    if not NUMBER.fullmatch(raw):
        raise ValueError(f"{raw!r} is no number" + (f" and none of {', '.join(names)}" if names else ""))
    return int(raw)


def _duration(raw: str) -> timedelta:
    """Read Go's way to write a time, such as 1h30m; below a second it is a second, as there."""
    parts = PART.findall(raw)
    if not parts or "".join(number + unit for number, unit in parts) != raw:
        raise ValueError(f"@every: {raw!r} is no duration such as 1h30m")
    return timedelta(seconds=max(1, int(sum(float(number) * UNITS[unit] for number, unit in parts))))
