"""The same error three times within half an hour is a struggle, in whatever order they become known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from functions.debug.struggle import TIMES, WINDOW, ErrorOccurrence, same_error

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def seen(minute: int, number: int = 0) -> ErrorOccurrence:
    return ErrorOccurrence(
        UUID(int=minute * 1000 + number), NOON + timedelta(minutes=minute), "NameError", None, None
    )


def test_the_third_time_within_half_an_hour_counts() -> None:
    assert same_error(seen(10), [seen(0)]) == []
    assert same_error(seen(30), [seen(0), seen(10)]) == [seen(0), seen(10), seen(30)]
    assert same_error(seen(31), [seen(0), seen(10)]) == []


def test_an_error_that_arrives_late_completes_its_window() -> None:
    assert same_error(seen(0), [seen(5), seen(12)]) == [seen(0), seen(5), seen(12)]


def test_the_same_sighting_twice_is_one() -> None:
    assert same_error(seen(5), [seen(5), seen(0)]) == []


EXERCISE, OTHER = UUID(int=1), UUID(int=2)


def asked(minute: int) -> ErrorOccurrence:
    return replace(seen(minute, 7), asked=True)


def test_a_run_and_the_question_about_it_are_one_error() -> None:
    """Three runs, each asked about, are three; the third run completes them, its question nothing."""
    course = [seen(0), asked(1), seen(2), asked(3), seen(4), asked(5)]
    fired = [bool(same_error(one, course[:at])) for at, one in enumerate(course)]
    assert fired == [False, False, False, False, True, False]
    assert same_error(seen(4), course[:4]) == [seen(0), seen(2), seen(4)]


def test_a_question_without_a_run_before_it_counts_and_so_does_a_late_one() -> None:
    assert len(same_error(asked(12), [asked(0), asked(6)])) == 3
    assert len(same_error(asked(22), [seen(0), asked(1), asked(11)])) == 3


def test_the_same_error_in_another_exercise_is_another_one() -> None:
    here = [replace(seen(n), exercise_id=EXERCISE) for n in range(2)]
    elsewhere = replace(seen(3), exercise_id=OTHER)
    nowhere = seen(4)
    assert same_error(elsewhere, here) == []
    # Where it was met is not always known: then it may be any.
    assert same_error(nowhere, [*here, elsewhere]) == [*here, nowhere]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=8, unique=True), st.randoms())
def test_whether_there_is_a_struggle_does_not_depend_on_the_order(minutes: list[int], random: object) -> None:
    sightings = [seen(minute) for minute in minutes]

    def alerted(order: list[ErrorOccurrence]) -> bool:
        return any(same_error(one, order[:at]) for at, one in enumerate(order))

    shuffled = sorted(sightings, key=lambda one: hash((one.id, id(random))))
    expected = any(
        sum(timedelta(0) <= other.seen_at - one.seen_at <= WINDOW for other in sightings) >= TIMES
        for one in sightings
    )
    assert alerted(sightings) == alerted(shuffled) == expected
