"""Days are the student's own; a streak lasts until a whole day has passed without activity."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.progress.days import active_days, local_day, runs_of, streak
from functions.progress.errors import UnknownZone

DAY = timedelta(days=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Niue")
days = st.dates(date(2023, 12, 1), date(2024, 4, 1))


@given(st.lists(days, max_size=60), days)
def test_a_streak_counts_back_day_by_day(active: list[date], today: date) -> None:
    expected, day = 0, today if today in active else today - DAY
    while day in active:
        expected, day = expected + 1, day - DAY
    assert streak(runs_of(active), today) == expected


@given(st.lists(days, max_size=60), days, st.integers(1, 10))
def test_active_days_are_counted_in_the_window(active: list[date], today: date, window: int) -> None:
    expected = {day for day in active if today - window * DAY < day <= today}
    assert active_days(runs_of(active), today, window) == len(expected)


@given(st.permutations([date(2026, 1, n) for n in range(1, 9)]))
def test_the_order_of_days_does_not_matter(active: list[date]) -> None:
    assert len(runs_of(active)) == 1


def test_today_without_activity_does_not_break_a_streak() -> None:
    runs = runs_of([date(2026, 3, 1), date(2026, 3, 2)])
    assert [streak(runs, date(2026, 3, n)) for n in (1, 2, 3, 4)] == [1, 2, 2, 0]


def test_a_streak_goes_over_a_leap_day() -> None:
    runs = runs_of([date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)])
    assert streak(runs, date(2024, 3, 1)) == 3
    assert streak(runs_of([date(2024, 2, 28), date(2024, 3, 1)]), date(2024, 3, 1)) == 1


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("start", [datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)])
def test_one_activity_each_local_day_is_a_streak_also_when_clocks_change(zone: str, start: datetime) -> None:
    first = local_day(start, zone)
    moments = [start + timedelta(minutes=30 * n) for n in range(48 * 14)]
    noons = {local_day(moment, zone) for moment in moments}
    assert streak(runs_of(noons), first + 13 * DAY) == 14


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert [local_day(moment, zone).day for zone in ("UTC", "Europe/Berlin", "America/New_York")] == [2, 3, 2]


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        local_day(datetime.now(UTC), name)
