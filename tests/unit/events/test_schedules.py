"""Schedules are read by the rules of Knative's PingSource (robfig/cron), not by those of Unix."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from events.schedules import Every, moments, parse

START = datetime(2026, 3, 1, 12, 0, 3, tzinfo=UTC)


def first(schedule: str, count: int = 4, zone: str = "UTC", after: datetime = START) -> list[str]:
    found = islice(moments(parse(schedule), ZoneInfo(zone), after), count)
    return [moment.strftime("%a %d %b %H:%M:%S") for moment in found]


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ("0 0 */2 * 1", ["Mon 02", "Tue 03", "Thu 05", "Sat 07", "Mon 09"]),
        ("0 0 13 * 5", ["Fri 06", "Fri 13", "Fri 20", "Fri 27", "Fri 03"]),
        ("0 0 * * 1", ["Mon 02", "Mon 09", "Mon 16", "Mon 23", "Mon 30"]),
        ("0 0 ? * mon-tue", ["Mon 02", "Tue 03", "Mon 09", "Tue 10", "Mon 16"]),
        ("0 0 5 * ?", ["Thu 05", "Sun 05", "Tue 05", "Fri 05", "Sun 05"]),
        ("0 0 * * */3", ["Wed 04", "Sat 07", "Sun 08", "Wed 11", "Sat 14"]),
        ("0 0 31 * *", ["Tue 31", "Sun 31", "Fri 31", "Mon 31", "Sat 31"]),
        ("0 0 1 JAN,Jul *", ["Wed 01", "Fri 01", "Thu 01", "Sat 01", "Sat 01"]),
        ("@weekly", ["Sun 08", "Sun 15", "Sun 22", "Sun 29", "Sun 05"]),
        ("@monthly", ["Wed 01", "Fri 01", "Mon 01", "Wed 01", "Sat 01"]),
    ],
)
def test_either_kind_of_day_suffices_where_both_are_restricted(schedule: str, days: list[str]) -> None:
    assert [moment[:6] for moment in first(schedule, 5)] == days


@pytest.mark.parametrize(
    ("schedule", "times"),
    [
        ("*/10 * * * * *", ["12:00:10", "12:00:20", "12:00:30", "12:00:40"]),
        ("5/20 * * * *", ["12:05:00", "12:25:00", "12:45:00", "13:05:00"]),
        ("10-30/10,45 13 * * *", ["13:10:00", "13:20:00", "13:30:00", "13:45:00"]),
        ("@hourly", ["13:00:00", "14:00:00", "15:00:00", "16:00:00"]),
        ("@every 1h30m", ["13:30:03", "15:00:03", "16:30:03", "18:00:03"]),
        ("@every 10ms", ["12:00:04", "12:00:05", "12:00:06", "12:00:07"]),
    ],
)
def test_steps_ranges_and_lists(schedule: str, times: list[str]) -> None:
    assert [moment[-8:] for moment in first(schedule)] == times


def test_an_hour_that_the_clock_leaves_out_fires_nothing() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert first("30 2 * * *", 2, "Europe/Berlin", before) == ["Mon 30 Mar 02:30:00", "Tue 31 Mar 02:30:00"]


def test_an_hour_that_the_clock_repeats_fires_twice() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = list(islice(moments(parse("30 2 * * *"), ZoneInfo("Europe/Berlin"), before), 3))
    assert [moment.astimezone(UTC).strftime("%d %H:%M") for moment in found] == [
        "25 00:30",
        "25 01:30",
        "26 01:30",
    ]


@pytest.mark.parametrize("schedule", ["0 0 30 2 *", "0 0 31 4,6 ?"])
def test_what_never_fires_comes_to_an_end(schedule: str) -> None:
    assert first(schedule) == []


def test_a_leap_day_is_found() -> None:
    assert first("0 0 29 2 *", 1) == ["Tue 29 Feb 00:00:00"]


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("* * * * 7", "day of the week: '7' is not within 0-6"),
        ("* * L * *", "day of the month: 'L' is no number"),
        ("* * * * MON#1", "day of the week: 'MON#1' is no number"),
        ("* * * * 5L", "no number"),
        ("* * 15W * *", "no number"),
        ("* * LW * *", "no number"),
        ("60 * * * *", "minute: '60' is not within 0-59"),
        ("* 24 * * *", "hour: '24' is not within 0-23"),
        ("* * 0 * *", "day of the month: '0' is not within 1-31"),
        ("* * * 13 *", "month"),
        ("* * * january *", "none of jan, feb"),
        ("* * mon * *", "day of the month: 'mon' is no number"),
        ("* * * * sat-sun", "not within 0-6"),
        ("30-10 * * * *", "not within"),
        ("*/0 * * * *", "step of 0"),
        ("*/x * * * *", "no number"),
        ("1/2/3 * * * *", "no number"),
        ("-1 * * * *", "minute: '' is no number"),
        (", * * * *", "minute: ',' names nothing"),
        ("\N{ARABIC-INDIC DIGIT FIVE} * * * *", "no number"),
        ("* * * *", "expected five fields, or six with seconds, got 4"),
        ("* * * * * * *", "got 7"),
        ("", "got 0"),
        ("every day", "got 2"),
        ("@reboot", "'@reboot' is none of @yearly"),
        ("@Weekly", "is none of"),
        ("@every soon", "no duration such as 1h30m"),
        ("@every 5", "no duration"),
        ("CRON_TZ=UTC 0 0 * * *", "second: 'CRON_TZ=UTC' is no number"),
    ],
)
def test_what_knative_refuses_is_refused(schedule: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        parse(schedule)


def fields(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    spans = st.tuples(numbers, numbers).map(lambda two: f"{min(two)}-{max(two)}")
    parts = st.lists(numbers.map(str) | spans, min_size=1, max_size=3).map(",".join)
    return st.just("*") | parts | st.integers(1, high).map(lambda step: f"*/{step}")


@given(fields(0, 59), fields(0, 23), fields(1, 28), fields(1, 12), st.datetimes(timezones=st.just(UTC)))
def test_where_the_day_of_the_week_is_free_it_agrees_with_another_reader(
    minute: str, hour: str, day: str, month: str, after: datetime
) -> None:
    after = after.replace(year=2000 + after.year % 100, day=min(after.day, 28))
    schedule = f"{minute} {hour} {day} {month} *"
    theirs = islice(CronSim(schedule, after), 3)
    assert list(islice(moments(parse(schedule), UTC, after), 3)) == list(theirs)


@given(st.integers(1, 10**6))
def test_a_fixed_time_is_read_as_go_writes_it(seconds: int) -> None:
    hours, rest = divmod(seconds, 3600)
    read = parse(f"@every {hours}h{rest // 60}m{rest % 60}s")
    assert isinstance(read, Every)
    assert read.period.total_seconds() == seconds
