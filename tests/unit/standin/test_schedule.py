from datetime import UTC, datetime
from itertools import islice

import pytest

from infra.standin.schedule import moments

START = datetime(2026, 3, 1, 12, 0, 3, tzinfo=UTC)


def first(schedule: str, timezone: str = "UTC", count: int = 3) -> list[str]:
    found = islice(moments(schedule, timezone, START), count)
    return [moment.astimezone(UTC).strftime("%d %H:%M:%S") for moment in found]


def test_five_fields_begin_with_the_minute() -> None:
    assert first("*/10 * * * *") == ["01 12:10:00", "01 12:20:00", "01 12:30:00"]


def test_six_fields_begin_with_the_second() -> None:
    assert first("*/10 * * * * *") == ["01 12:00:10", "01 12:00:20", "01 12:00:30"]


def test_descriptors_are_understood() -> None:
    assert first("@daily", count=1) == ["02 00:00:00"]


def test_the_time_zone_counts() -> None:
    assert first("0 9 * * *", "Asia/Tokyo", 1) == ["02 00:00:00"]


@pytest.mark.parametrize(
    ("schedule", "zone"), [("61 * * * *", "UTC"), ("often", "UTC"), ("* * * * *", "X/Y")]
)
def test_what_does_not_exist_is_refused(schedule: str, zone: str) -> None:
    with pytest.raises(ValueError, match="schedule"):
        next(moments(schedule, zone, START))
